/* The view Draw: joins the drawing, the questions to the server and what the page shows of the answers. */

import { Answer } from "./answer.js";
import { getCard, getModels, Gone, predict } from "./api.js";
import { Asker } from "./asker.js";
import { Connection } from "./connection.js";
import { Drawing } from "./drawing.js";
import { Intake } from "./intake.js";
import { KeyboardPen, listenForShortcuts } from "./keys.js";
import { count, share } from "./numbers.js";
import { Pad } from "./pad.js";
import { Pen } from "./pen.js";
import { Settings } from "./settings.js";
import { CROPS, keepState, readState } from "./state.js";
import { Voice } from "./voice.js";

const byId = (id) => document.getElementById(id);

const BLANK = "This picture is blank: there is no ink to read.";
const KEPT = "Your drawing is kept; this page tries again.";
const GOES_ON = "This page tries again by itself.";

/** Open the view on the page's elements. */
export function openDraw() {
  let state = readState(location.search);
  let model = null; // {name, card} of the model that answers; null until it is known
  let trouble = null; // why the server cannot be asked, in words
  const voice = new Voice(byId("voice"));
  const drawing = new Drawing(changed);
  const pad = new Pad(byId("pad"), drawing);
  const keyboardPen = new KeyboardPen(byId("pad"), drawing, pad, (sentence) => voice.say(sentence, 0));
  const answer = new Answer(answerParts(), voice);
  const asker = new Asker(predict, answered, failed);
  const connection = new Connection(load, { up, down });
  const settings = new Settings(
    { field: byId("model-field"), select: byId("model"), choice: byId("crops-choice") },
    (part) => choose({ ...state, ...part }),
  );
  new Pen(byId("pad"), drawing);
  new Intake({ button: byId("choose"), input: byId("file"), sheet: byId("sheet") }, (picture) => drawing.show(picture), notice);
  listenForShortcuts(drawing);
  for (const tool of ["undo", "redo", "clear"]) byId(tool).addEventListener("click", () => drawing[tool]());
  settings.setCrops(state.crops);
  changed("replaced");
  connection.open();
  if (state.unknown) notice(`Expected crops=${CROPS.join(", ")}. Received ${state.unknown}.`);

  function changed(how) {
    pad.refresh();
    keyboardPen.followDrawing();
    byId("notice").textContent = "";
    byId("invitation").hidden = !drawing.isEmpty;
    enable("undo", drawing.canUndo);
    enable("redo", drawing.canRedo);
    enable("clear", !drawing.isEmpty);
    if (how === "replaced") asker.forget();
    ask();
  }

  function ask() {
    if (drawing.isEmpty) {
      asker.forget();
      answer.clear();
      if (trouble) answer.suspend(`${trouble} ${GOES_ON}`);
    } else if (connection.up) {
      asker.ask(() => ({ strokes: drawing.strokes, picture: drawing.picture, model: model.name, crops: state.crops }));
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
    const { default: standard, models } = await getModels();
    const names = models.map(({ name }) => name);
    const name = names.includes(state.model) ? state.model : (standard ?? names[0]);
    if (!name) throw new Gone("The server has no model loaded.");
    model = { name, card: await getCard(name) };
    settings.setModels(names, name);
    settings.setCard(model.card);
    if (state.model && state.model !== name) notice(`No model is called ${state.model}. Here ${name} answers.`);
  }

  function up() {
    trouble = null;
    const { labels } = model.card;
    const list = labels.join(" ");
    byId("invite-labels").textContent = list.length <= 40 ? `one of ${list}` : `one of ${labels.length} characters`;
    byId("model-line").textContent = describe(model);
    prepare();
    ask();
  }

  function down(error) {
    trouble = error.message;
    answer.suspend(`${trouble} ${drawing.isEmpty ? GOES_ON : KEPT}`);
  }

  function choose(next) {
    const other = next.model !== state.model;
    state = next;
    keepState(state);
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
}

/** What a card says of its model, in a line: a size, and an accuracy with its n. */
function describe({ name, card: { layers, report } }) {
  const size = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const about = `The model ${name} has ${count(size)} parameters.`;
  const { accuracy, crops, data } = report;
  if (!data || !crops) return about;
  const averaged = crops.length > 1 ? `, ${crops.length} crops averaged` : "";
  return `${about} It reads ${share(accuracy)} of ${data.name} right (n\u00a0=\u00a0${count(data.n)}${averaged}).`;
}

/** A tool that has nothing to do keeps the keyboard's focus, so it is not disabled but says so. */
function enable(tool, able) {
  byId(tool).setAttribute("aria-disabled", String(!able));
}

function notice(sentence) {
  byId("notice").textContent = sentence;
}

function answerParts() {
  const names = ["answer", "label", "confidence", "sentence", "bars", "legend", "crops"];
  const parts = Object.fromEntries(names.map((name) => [name, byId(name)]));
  return { ...parts, pixels: byId("image-pixels"), windows: byId("image-windows"), caption: byId("image-caption") };
}
