/* The view Draw: joins the drawing, the questions to the server and what the page shows of the answers. */

import { Connection } from "../shared/connection.js";
import { byId } from "../shared/dom.js";
import { DrawingEditor, showNotice } from "../shared/drawing-editor.js";
import { SIDE } from "../shared/drawing-model.js";
import { errorMessage } from "../shared/error-messages.js";
import { Unavailable } from "../shared/http.js";
import { LatestRequest } from "../shared/latest-request.js";
import { initLayout } from "../shared/layout.js";
import { ModelPicker } from "../shared/model-picker.js";
import { predict, readNumbers } from "../shared/server-api.js";
import { CROPS, readState, saveState } from "../shared/url-state.js";
import { Known } from "./confidence.js";
import { Correction } from "./correction.js";
import { Steps } from "./normalization-steps.js";
import { Reading } from "./number-result.js";
import { Answer } from "./prediction.js";
import { Choice } from "./radio-group.js";
import { Replay } from "./replay.js";

const BLANK = "This picture is blank: there is no ink to read.";
const NO_NUMBER = "Nothing on the editor stands out as a sign yet.";
const KEPT = "Your drawing is kept; this page tries again.";
const GOES_ON = "This page tries again by itself.";
const WIDE = 1.5 * SIDE; // the editor's width where a number is written; its style has the same
const DECLARED = {
  model: { default: null }, // the server's default
  crops: CROPS,
  read: { default: null, choices: ["number"] },
  steps: { default: null, choices: ["1"] },
};

const liveRegion = initLayout();
const read = readState(DECLARED);
let { state } = read;
let model = null; // {name, card} of the model that answers; null until it is known
let trouble = null; // why the server cannot be asked, in words
const answer = new Answer(answerParts(), liveRegion);
const known = new Known();
const correction = new Correction();
const steps = new Steps(byId("steps"), (open) => (state.steps === "1") !== open && choose({ steps: open ? "1" : null }));
const reading = new Reading(liveRegion);
const latestRequest = new LatestRequest(send, answered, failed);
const connection = new Connection(load, { onUp: up, onDown: down });
const models = new ModelPicker((name) => choose({ model: name }));
const choices = {
  crops: new Choice(byId("crops-choice"), (crops) => choose({ crops })),
  read: new Choice(byId("ways"), (way) => choose({ read: way || null })),
  pen: new Choice(byId("pens"), (width) => (editor.pen = Number(width))),
};
const editor = new DrawingEditor({ changed, liveRegion, width: state.read ? WIDE : SIDE });
const replay = new Replay(editor.drawing);

byId("several").addEventListener("click", () => {
  choose({ read: "number" });
  byId("ways").querySelector(":checked").focus();
});
choices.crops.set(state.crops);
choices.pen.set(editor.pen);
choices.read.set(state.read);
changed("replaced");
connection.connect();
if (read.invalid) showNotice(read.invalid);

function shown() {
  return state.read ? reading : answer;
}

function changed(how) {
  if (how === "replaced") latestRequest.cancel();
  replay.follow();
  correction.forget();
  ask();
}

function ask() {
  if (editor.drawing.isEmpty) {
    latestRequest.cancel();
    empty();
    shown().clear();
    if (trouble) shown().suspend(`${trouble} ${GOES_ON}`);
  } else if (connection.isUp) {
    latestRequest.send(() => ({ ...editor.content, model: model.name, numbers: Boolean(state.read), ...forPrediction() }));
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
    if (reply.lines.length) reading.show(reply, editor);
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
  if (error.code === "unknown_model") connection.connect(); // it was there: look what there is now
  else if (error.code === "empty_picture") refuse(BLANK);
  else if (error instanceof Unavailable) connection.markDown(error);
  else refuse(errorMessage(error));
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
  if (model.missing) showNotice(model.missing);
}

function up() {
  trouble = null;
  const { labels } = model.card;
  const list = labels.join(" ");
  byId("hint-labels").textContent = list.length <= 40 ? `one of ${list}` : `one of ${labels.length} characters`;
  prepare();
  ask();
}

function down(error) {
  trouble = errorMessage(error);
  shown().suspend(`${trouble} ${editor.drawing.isEmpty ? GOES_ON : KEPT}`);
}

function choose(part) {
  state = { ...state, ...part };
  saveState(DECLARED, state);
  latestRequest.cancel();
  if ("read" in part) turn();
  if ("model" in part || !connection.isUp) {
    showNotice("");
    connection.connect();
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
  editor.drawing.resize(state.read ? WIDE : SIDE);
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
