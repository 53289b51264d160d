/* The view Draw: joins the drawing, the questions to the server and what the page shows of the answers. */

import { predict } from "../shared/api.js";
import { Asker } from "../shared/asker.js";
import { Connection } from "../shared/connection.js";
import { byId } from "../shared/elements.js";
import { Models } from "../shared/models.js";
import { Gone } from "../shared/request.js";
import { notice, Sheet } from "../shared/sheet.js";
import { openShell } from "../shared/shell.js";
import { CROPS, keepState, readState } from "../shared/state.js";
import { Answer } from "./answer.js";
import { CropsChoice } from "./choice.js";

const BLANK = "This picture is blank: there is no ink to read.";
const KEPT = "Your drawing is kept; this page tries again.";
const GOES_ON = "This page tries again by itself.";
const DECLARED = { model: { default: null }, crops: CROPS }; // no model: the server's default

const voice = openShell();
const read = readState(DECLARED);
let { state } = read;
let model = null; // {name, card} of the model that answers; null until it is known
let trouble = null; // why the server cannot be asked, in words
const answer = new Answer(answerParts(), voice);
const asker = new Asker(predict, answered, failed);
const connection = new Connection(load, { up, down });
const models = new Models((name) => choose({ model: name }));
const choice = new CropsChoice(byId("crops-choice"), (crops) => choose({ crops }));
const sheet = new Sheet({ changed, voice });

choice.setCrops(state.crops);
changed("replaced");
connection.open();
if (read.unknown) notice(read.unknown);

function changed(how) {
  if (how === "replaced") asker.forget();
  ask();
}

function ask() {
  if (sheet.drawing.isEmpty) {
    asker.forget();
    answer.clear();
    if (trouble) answer.suspend(`${trouble} ${GOES_ON}`);
  } else if (connection.up) {
    asker.ask(() => ({ ...sheet.question, model: model.name, crops: state.crops }));
  }
}

function answered(reply) {
  answer.show(reply, model.card.crop.size);
}

function failed(error, { picture }) {
  if (error.code === "unknown_model") connection.open(); // it was there: look what there is now
  else if (!(error instanceof Gone)) answer.refuse(error.code === "empty_picture" ? BLANK : error.message);
  else if (picture?.brokeOff) answer.refuse("The server broke off while it received this picture. It may be too large.");
  else {
    if (picture) picture.brokeOff = true;
    connection.lose(error);
  }
}

/** Load what is there to answer: the models' names, and the card of the one to ask. */
async function load() {
  model = await models.load(state.model);
  choice.setCard(model.card);
  if (state.model && state.model !== model.name) notice(`No model is called ${state.model}. Here ${model.name} answers.`);
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
  answer.suspend(`${trouble} ${sheet.drawing.isEmpty ? GOES_ON : KEPT}`);
}

function choose(part) {
  const other = "model" in part;
  state = { ...state, ...part };
  keepState(DECLARED, state);
  asker.forget();
  if (other || !connection.up) connection.open();
  else {
    prepare();
    ask();
  }
}

/** Make the places for the answers to come. Which windows other choices than the card's stand for, the answer says. */
function prepare() {
  const { labels, image, crop } = model.card;
  answer.prepare(labels, image, state.crops === "4" ? crop.offsets : [], crop.size);
}

function answerParts() {
  const names = ["answer", "label", "confidence", "sentence", "bars", "legend", "crops"];
  const parts = Object.fromEntries(names.map((name) => [name, byId(name)]));
  return { ...parts, pixels: byId("image-pixels"), windows: byId("image-windows"), caption: byId("image-caption") };
}
