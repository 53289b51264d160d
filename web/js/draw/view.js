/* The view Draw: joins the drawing, the questions to the server and what the page shows of the answers. */

import { Connection } from "../shared/connection.js";
import { byId } from "../shared/dom.js";
import { notice, Sheet } from "../shared/drawing-editor.js";
import { SIDE } from "../shared/drawing-model.js";
import { Gone } from "../shared/http.js";
import { Asker } from "../shared/latest-request.js";
import { openShell } from "../shared/layout.js";
import { Models } from "../shared/model-picker.js";
import { predict, readNumbers } from "../shared/server-api.js";
import { CROPS, keepState, readState } from "../shared/url-state.js";
import { Known } from "./confidence.js";
import { Correction } from "./correction.js";
import { Steps } from "./normalization-steps.js";
import { Reading } from "./number-result.js";
import { Answer } from "./prediction.js";
import { Choice } from "./radio-group.js";
import { Replay } from "./replay.js";

const BLANK = "This picture is blank: there is no ink to read.";
const NO_NUMBER = "Nothing on the sheet stands out as a sign yet.";
const KEPT = "Your drawing is kept; this page tries again.";
const GOES_ON = "This page tries again by itself.";
const WIDE = 1.5 * SIDE; // the sheet's width where a number is written; its style has the same
const DECLARED = {
  model: { default: null }, // the server's default
  crops: CROPS,
  read: { default: null, choices: ["number"] },
  steps: { default: null, choices: ["1"] },
};

const voice = openShell();
const read = readState(DECLARED);
let { state } = read;
let model = null; // {name, card} of the model that answers; null until it is known
let trouble = null; // why the server cannot be asked, in words
const answer = new Answer(answerParts(), voice);
const known = new Known();
const correction = new Correction();
const steps = new Steps(byId("steps"), (open) => (state.steps === "1") !== open && choose({ steps: open ? "1" : null }));
const reading = new Reading(voice);
const asker = new Asker(send, answered, failed);
const connection = new Connection(load, { up, down });
const models = new Models((name) => choose({ model: name }));
const choices = {
  crops: new Choice(byId("crops-choice"), (crops) => choose({ crops })),
  read: new Choice(byId("ways"), (way) => choose({ read: way || null })),
  pen: new Choice(byId("pens"), (width) => (sheet.pen = Number(width))),
};
const sheet = new Sheet({ changed, voice, width: state.read ? WIDE : SIDE });
const replay = new Replay(sheet.drawing);

byId("several").addEventListener("click", () => {
  choose({ read: "number" });
  byId("ways").querySelector(":checked").focus();
});
choices.crops.set(state.crops);
choices.pen.set(sheet.pen);
choices.read.set(state.read);
changed("replaced");
connection.open();
if (read.unknown) notice(read.unknown);

function shown() {
  return state.read ? reading : answer;
}

function changed(how) {
  if (how === "replaced") asker.forget();
  replay.follow();
  correction.forget();
  ask();
}

function ask() {
  if (sheet.drawing.isEmpty) {
    asker.forget();
    empty();
    shown().clear();
    if (trouble) shown().suspend(`${trouble} ${GOES_ON}`);
  } else if (connection.up) {
    asker.ask(() => ({ ...sheet.question, model: model.name, numbers: Boolean(state.read), ...forPrediction() }));
  }
}

function forPrediction() {
  return state.read ? {} : { crops: state.crops, show: steps.isOpen ? "image,steps" : "image" };
}

function send({ numbers, ...question }, signal) {
  return (numbers ? readNumbers : predict)(question, signal);
}

function answered(reply, question) {
  if (question.numbers) {
    if (reply.lines.length) reading.show(reply, sheet);
    else refuse(NO_NUMBER);
    return;
  }
  const { size } = model.card.crop;
  const [prediction] = reply.predictions;
  answer.show(reply, size);
  known.show(prediction);
  correction.offer(question, reply);
  if (prediction.steps) steps.show(prediction.steps, reply.crops, size);
}

function failed(error) {
  if (error.code === "unknown_model") connection.open(); // it was there: look what there is now
  else if (error.code === "empty_picture") refuse(BLANK);
  else if (error instanceof Gone) connection.lose(error);
  else refuse(error.message);
}

function refuse(sentence) {
  empty();
  shown().refuse(sentence);
}

/** Take away what stands beside an answer. */
function empty() {
  known.clear();
  correction.clear();
  steps.clear();
}

/** Load what is there to answer: the models' names, and the card of the one to ask. */
async function load() {
  model = await models.load(state.model);
  known.setCard(model.card);
  byId("card-crops").textContent = model.card.crop.offsets.length;
  if (model.missing) notice(model.missing);
}

function up() {
  trouble = null;
  const { labels } = model.card;
  const list = labels.join(" ");
  byId("invite-labels").textContent = list.length <= 40 ? `one of ${list}` : `one of ${labels.length} characters`;
  prepare();
  ask();
}

function down(error) {
  trouble = error.message;
  shown().suspend(`${trouble} ${sheet.drawing.isEmpty ? GOES_ON : KEPT}`);
}

function choose(part) {
  state = { ...state, ...part };
  keepState(DECLARED, state);
  asker.forget();
  if ("read" in part) turn();
  if ("model" in part || !connection.up) {
    notice("");
    connection.open();
  } else {
    prepare();
    ask();
  }
}

/** Turn from one sign to a number or back. */
function turn() {
  for (const part of document.querySelectorAll(".one")) part.hidden = Boolean(state.read);
  byId("reading").hidden = !state.read;
  choices.read.set(state.read);
  reading.clear();
  sheet.drawing.resize(state.read ? WIDE : SIDE);
}

/** Make the places for the answers to come. Which windows other choices than the card's stand for, the answer says. */
function prepare() {
  const { labels, image, crop } = model.card;
  answer.prepare(labels, image, state.crops === "4" ? crop.offsets : [], crop.size);
  reading.prepare(labels);
}

function answerParts() {
  const names = ["answer", "label", "confidence", "sentence", "bars", "legend", "crops", "offer"];
  const parts = Object.fromEntries(names.map((name) => [name, byId(name)]));
  return { ...parts, pixels: byId("image-pixels"), windows: byId("image-windows"), caption: byId("image-caption") };
}
