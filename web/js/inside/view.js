/* The view Inside: the drawing, the questions to /explain, and all that shows what the layers make of it. */

import { Connection } from "../shared/connection.js";
import { byId, h, problem } from "../shared/dom.js";
import { notice, Sheet } from "../shared/drawing-editor.js";
import { argmax, percent } from "../shared/format.js";
import { Gone } from "../shared/http.js";
import { Asker } from "../shared/latest-request.js";
import { openShell } from "../shared/layout.js";
import { Models } from "../shared/model-picker.js";
import { keepState, readState } from "../shared/url-state.js";
import { OwnKernel } from "./custom-kernel.js";
import { explain } from "./explain-api.js";
import { figures } from "./layer-panel.js";
import { Network } from "./network.js";
import { Evidence } from "./occlusion-map.js";
import { Links } from "./perceptron-diagram.js";
import { Looking } from "./selection.js";

const REST = 350; // ms without a change after which the evidence is asked for, and maps are told in words
const PROBE = { strokes: [[[500, 300], [500, 700]]] }; // kernels depend on no drawing, but a question needs one
const EMPTY = "Draw, and every layer shows what it makes of it.";
const BLANK = "This picture is blank: there is no ink to look at.";
const FREE = { default: null };
const ON = { default: "on", choices: ["on", "off"] };
const DECLARED = { model: FREE, crop: FREE, layer: FREE, at: FREE, label: FREE, kernel: FREE, relu: ON };

const voice = openShell();
const read = readState(DECLARED);
let { state } = read;
let model = null; // {name, card} of the model that answers; null until it is known
let network = null;
let resting = 0;
let telling = 0;
let queued = false;
const asker = new Asker(explain, answered, failed);
const evidenceAsker = new Asker(explain, (answer) => evidence.show(answer), failed);
const connection = new Connection(load, { up, down });
const models = new Models((name) => choose({ model: name }));
const looking = new Looking(keep, voice);
const evidence = new Evidence((label) => keep({ label }));
const own = new OwnKernel(state.kernel, state.relu === "on", filtered);
const links = new Links(byId("links"));
const sheet = new Sheet({ changed, voice });

byId("crop").addEventListener("change", ({ target }) => choose({ crop: target.value || null }));
looking.open(byId("own-layers"), own.network);
changed("replaced");
connection.open();
if (read.unknown) notice(read.unknown);

function keep(part) {
  state = { ...state, ...part };
  keepState(DECLARED, state);
}

function choose(part) {
  notice("");
  keep(part);
  forget();
  connection.open();
}

/** Load what is there to look into: the models' names, the card of one, its layers with their kernels. */
async function load() {
  model = await models.load(state.model);
  const { name, card } = model;
  if (model.missing) notice(model.missing);
  const { layers, version, crop: centre } = await explain({ model: name, show: "kernels", ...PROBE });
  const option = ([top, left], value) => new Option(`${top}, ${left}${value ? "" : ": centre"}`, value);
  byId("crop").replaceChildren(option(centre, ""), ...card.crop.offsets.map((corner) => option(corner, String(corner))));
  byId("crop").value = state.crop ?? "";
  if (network?.version !== version) open(new Network(layers, version), card);
}

/** Make the places for all that a network shows. */
function open(next, { labels }) {
  const first = !network;
  next.take(null);
  looking.open(byId("layers"), next, network, labels);
  network = next;
  const sum = (name) => network.layers.reduce((all, layer) => all + layer[name], 0);
  const whole = figures({ parameters: sum("parameters"), multiply_adds: sum("multiply_adds") });
  byId("layers").append(h("div", { class: "panel layer layer-top" }, h("h3", { text: "All layers" }), whole));
  byId("contents").replaceChildren(...network.layers.map(({ name }) => h("a", { href: `#layer-${name}`, text: name })));
  links.open(network, labels);
  evidence.show(null);
  evidence.setLabels(labels, state.label);
  if (state.layer && !looking.isPinned && !model.missing) restore(first);
}

/** Look at what the link names, and go there in a page that was just opened. */
function restore(first) {
  const net = network.find(state.layer) ? network : own.network;
  const layer = net.find(state.layer);
  const at = state.at?.split(",").map((place) => place - 1) ?? [];
  if (at.length !== 3 || !layer?.has(at)) {
    return notice(`The model ${model.name} has no layer ${state.layer} with a number ${state.at}.`);
  }
  looking.pin({ network: net, layer, at });
  if (first) looking.goTo(layer);
}

/** Show the layers of another kernel of one's own. */
function filtered(part, net, before) {
  keep(part);
  looking.open(byId("own-layers"), net, before);
  looking.paint();
}

function changed(how) {
  if (how === "replaced") forget();
  ask();
}

function forget() {
  asker.forget();
  evidenceAsker.forget();
}

function ask() {
  clearTimeout(resting);
  if (sheet.drawing.isEmpty) {
    forget();
    evidence.show(null);
    take(null);
  } else if (connection.up) {
    const question = (show) => () => ({ ...sheet.question, model: model.name, crop: state.crop, show });
    asker.ask(question("activations"));
    resting = setTimeout(() => evidenceAsker.ask(question("evidence")), REST);
  }
}

function answered(answer) {
  if (answer.version === network.version) return take(answer);
  asker.forget(); // the model has changed: its kernels, too
  connection.open();
}

/** Take an answer, or none. What is shown of it follows with the screen's next picture. */
function take(answer) {
  network?.take(answer?.layers);
  own.take(answer?.image ?? null);
  problem(byId("trouble"), null);
  const best = answer && argmax(answer.probabilities);
  const sure = answer && percent(answer.probabilities[best]);
  byId("answer-label").textContent = answer ? answer.labels[best] : "";
  byId("answer-words").textContent = answer ? `${sure}${answer.known ? "" : ", not sure"}` : EMPTY;
  if (answer) voice.say(`${answer.labels[best]}, ${sure}`);
  if (!queued) requestAnimationFrame(paint);
  queued = true;
}

function paint() {
  queued = false;
  looking.paint();
  links.show();
  clearTimeout(telling);
  telling = setTimeout(() => looking.tell(), REST);
}

function failed(error) {
  if (error instanceof Gone) connection.lose(error);
  else if (error.code === "unknown_model") connection.open(); // it was there: look what there is now
  else {
    evidence.show(null);
    take(null);
    problem(byId("trouble"), error.code === "empty_picture" ? BLANK : error);
  }
}

function up() {
  problem(byId("trouble"), null);
  ask();
}

function down(error) {
  problem(byId("trouble"), `${error.message} What you see is kept; this page tries again by itself.`);
}
