/* The view Inside: the drawing, the questions to /explain, and all that shows what the layers make of it. */

import { Connection } from "../shared/connection.js";
import { byId, h, showError } from "../shared/dom.js";
import { DrawingEditor, showNotice } from "../shared/drawing-editor.js";
import { errorMessage } from "../shared/error-messages.js";
import { argmax, formatProbability } from "../shared/format.js";
import { Unavailable } from "../shared/http.js";
import { LatestRequest } from "../shared/latest-request.js";
import { initLayout } from "../shared/layout.js";
import { ModelPicker } from "../shared/model-picker.js";
import { readState, saveState } from "../shared/url-state.js";
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

const liveRegion = initLayout();
const read = readState(DECLARED);
let { state } = read;
let model = null; // {name, card} of the model that answers; null until it is known
let network = null;
let resting = 0;
let telling = 0;
let queued = false;
const latestRequest = new LatestRequest(explain, answered, failed);
const occlusionRequest = new LatestRequest(explain, (answer) => evidence.show(answer), failed);
const connection = new Connection(load, { onUp: up, onDown: down });
const models = new ModelPicker((name) => choose({ model: name }));
const looking = new Looking(keep, liveRegion);
const evidence = new Evidence((label) => keep({ label }));
const own = new OwnKernel(state.kernel, state.relu === "on", filtered);
const links = new Links(byId("links"));
const editor = new DrawingEditor({ onChange: changed, liveRegion });

byId("crop").addEventListener("change", ({ target }) => choose({ crop: target.value || null }));
looking.open(byId("own-layers"), own.network);
changed("replaced");
connection.connect();
if (read.invalid) showNotice(read.invalid);

function keep(part) {
  state = { ...state, ...part };
  saveState(DECLARED, state);
}

function choose(part) {
  showNotice("");
  keep(part);
  forget();
  connection.connect();
}

/** Load what is there to look into: the models' names, the card of one, its layers with their kernels. */
async function load() {
  model = await models.load(state.model);
  const { name, card } = model;
  if (model.missing) showNotice(model.missing);
  const { layers, version, crop: center } = await explain({ model: name, show: "kernels", ...PROBE });
  const option = ([top, left], value) => new Option(`${top}, ${left}${value ? "" : ": center"}`, value);
  byId("crop").replaceChildren(option(center, ""), ...card.crop.offsets.map((corner) => option(corner, String(corner))));
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
    return showNotice(`The model ${model.name} has no layer ${state.layer} with a number ${state.at}.`);
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
  latestRequest.cancel();
  occlusionRequest.cancel();
}

function ask() {
  clearTimeout(resting);
  if (editor.drawing.isEmpty) {
    forget();
    evidence.show(null);
    take(null);
  } else if (connection.isUp) {
    const question = (show) => () => ({ ...editor.content, model: model.name, crop: state.crop, show });
    latestRequest.send(question("activations"));
    resting = setTimeout(() => occlusionRequest.send(question("evidence")), REST);
  }
}

function answered(answer) {
  if (answer.version === network.version) return take(answer);
  latestRequest.cancel(); // the model has changed: its kernels, too
  connection.connect();
}

/** Take an answer, or none. What is shown of it follows with the screen's next picture. */
function take(answer) {
  network?.take(answer?.layers);
  own.take(answer?.image ?? null);
  showError(byId("trouble"), null);
  const best = answer && argmax(answer.probabilities);
  const sure = answer && formatProbability(answer.probabilities[best]);
  byId("answer-label").textContent = answer ? answer.labels[best] : "";
  byId("answer-words").textContent = answer ? `${sure}${answer.known ? "" : ", not sure"}` : EMPTY;
  if (answer) liveRegion.announce(`${answer.labels[best]}, ${sure}`);
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
  if (error instanceof Unavailable) connection.markDown(error);
  else if (error.code === "unknown_model") connection.connect(); // it was there: look what there is now
  else {
    evidence.show(null);
    take(null);
    showError(byId("trouble"), error.code === "empty_picture" ? BLANK : error);
  }
}

function up() {
  showError(byId("trouble"), null);
  ask();
}

function down(error) {
  showError(byId("trouble"), `${errorMessage(error)} What you see is kept; this page tries again by itself.`);
}
