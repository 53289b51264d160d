/* The Inside view: connects the drawing, the requests to /explain, and the display of the layers. */

import { Connection } from "../shared/connection.js";
import { byId, h, showError } from "../shared/dom.js";
import { DrawingEditor, showNotice } from "../shared/drawing-editor.js";
import { errorMessage } from "../shared/error-messages.js";
import { argmax, formatProbability } from "../shared/format.js";
import { ApiError, Unavailable } from "../shared/http.js";
import { LatestRequest } from "../shared/latest-request.js";
import { initLayout } from "../shared/layout.js";
import { ModelPicker } from "../shared/model-picker.js";
import { readState, saveState } from "../shared/url-state.js";
import { CustomKernel } from "./custom-kernel.js";
import { explain } from "./explain-api.js";
import { layerFigures } from "./layer-panel.js";
import { Network } from "./network.js";
import { OcclusionMap } from "./occlusion-map.js";
import { Selection } from "./selection.js";

const IDLE_DELAY = 350; // ms without a change before the occlusion map is requested and descriptions are updated
const PROBE = { strokes: [[[500, 300], [500, 700]]] }; // kernels don't depend on a drawing, but a request needs one
const EMPTY = "Draw a digit to see how each layer responds.";
const RETRYING = "Your drawing is kept. Retrying…";
const ANY = { default: null };
const RELU = { default: "on", choices: ["on", "off"] };
const DECLARED = { model: ANY, crop: ANY, layer: ANY, at: ANY, label: ANY, kernel: ANY, relu: RELU };

const liveRegion = initLayout();
const initial = readState(DECLARED);
let { state } = initial;
let model = null; // {name, card} of the current model, once loaded
let network = null;
let occlusionTimer = 0;
let descriptionTimer = 0;
let isPaintQueued = false;
const layersRequest = new LatestRequest(explain, showResult, handleError);
const occlusionRequest = new LatestRequest(explain, (result) => occlusionMap.show(result), handleError);
const connection = new Connection(load, { onUp, onDown });
const models = new ModelPicker((name) => choose({ model: name }));
const selection = new Selection(save, liveRegion);
const occlusionMap = new OcclusionMap((label) => save({ label }));
const customKernel = new CustomKernel(state.kernel, state.relu === "on", showCustomKernel);
let perceptronDiagram = null;
const editor = new DrawingEditor({ onChange, liveRegion });

byId("crop").addEventListener("change", ({ target }) => choose({ crop: target.value || null }));
selection.showNetwork(byId("custom-layers"), customKernel.network);
onChange("replaced");
connection.connect();
if (initial.invalid) showNotice(initial.invalid, "invalid_link");

function save(part) {
  state = { ...state, ...part };
  saveState(DECLARED, state);
}

function choose(part) {
  showNotice("");
  save(part);
  cancelRequests();
  connection.connect();
}

/** Load the names of the models, and the card and the kernels of the current one. */
async function load() {
  model = await models.load(state.model);
  const { name, card } = model;
  if (model.notice) showNotice(...model.notice);
  editor.showExamples(card.labels);
  const { layers, version, crop: center } = await explain({ model: name, show: "kernels", ...PROBE }).catch((error) => {
    if (error instanceof ApiError) showNetwork(new Network([], null), card); // don't show the layers of another model
    throw error;
  });
  const option = ([top, left], value) => new Option(`${top}, ${left}${value ? "" : " (center)"}`, value);
  byId("crop").replaceChildren(option(center, ""), ...card.crop.offsets.map((corner) => option(corner, String(corner))));
  byId("crop").value = state.crop ?? "";
  if (network?.version !== version) showNetwork(new Network(layers, version), card);
}

/** Create the panels of a network. */
function showNetwork(next, { labels }) {
  const isFirst = !network;
  next.setValues(null);
  selection.showNetwork(byId("layers"), next, network, labels);
  network = next;
  const sum = (name) => network.layers.reduce((all, layer) => all + layer[name], 0);
  const totals = layerFigures({ parameters: sum("parameters"), multiply_adds: sum("multiply_adds") });
  if (network.layers.length) byId("layers").append(h("div", { class: "panel layer layer-header" }, h("h3", { text: "All layers" }), totals));
  byId("layer-links").replaceChildren(...network.layers.map(({ name }) => h("a", { href: `#layer-${name}`, text: name })));
  showPerceptron(network, labels);
  occlusionMap.show(null);
  occlusionMap.setLabels(labels, state.label);
  if (state.layer && network.layers.length && !selection.isPinned && !model.notice) restorePin(isFirst);
}

/** Show the diagram of a network that is a perceptron; its module is loaded only then. */
async function showPerceptron(network, labels) {
  if (!network.denseLayers && !perceptronDiagram) return;
  const { PerceptronDiagram } = await import("./perceptron-diagram.js");
  perceptronDiagram ??= new PerceptronDiagram(byId("perceptron"));
  perceptronDiagram.setNetwork(network, labels);
}

/** Select the value that the link names, and scroll there if the page was just opened. */
function restorePin(isFirst) {
  const owner = network.find(state.layer) ? network : customKernel.network;
  const layer = owner.find(state.layer);
  const at = state.at?.split(",").map((index) => index - 1) ?? [];
  if (at.length !== 3 || !layer?.has(at)) {
    return showNotice(`Model ${model.name} has no value ${state.at} in a layer ${state.layer}.`, "unknown_position");
  }
  selection.pin({ network: owner, layer, at });
  if (isFirst) selection.scrollTo(layer);
}

function showCustomKernel(part, next, previous) {
  save(part);
  selection.showNetwork(byId("custom-layers"), next, previous);
  selection.paint();
}

function onChange(kind) {
  if (kind === "replaced") cancelRequests();
  update();
}

function cancelRequests() {
  layersRequest.cancel();
  occlusionRequest.cancel();
}

/** Request the activations for the current drawing, and the occlusion map once it no longer changes. */
function update() {
  clearTimeout(occlusionTimer);
  if (editor.drawing.isEmpty) {
    cancelRequests();
    occlusionMap.show(null);
    setResult(null);
  } else if (connection.isUp) {
    const input = (show) => () => ({ ...editor.content, model: model.name, crop: state.crop, show });
    layersRequest.send(input("activations"));
    occlusionTimer = setTimeout(() => occlusionRequest.send(input("occlusion")), IDLE_DELAY);
  }
}

function showResult(result) {
  if (result.version === network.version) return setResult(result);
  layersRequest.cancel(); // the model was replaced, so its kernels have changed too
  connection.connect();
}

/** Set a result, or none; it is painted with the next frame. */
function setResult(result) {
  network?.setValues(result?.layers);
  customKernel.setImage(result?.image ?? null);
  showError(byId("status"), null);
  const best = result && argmax(result.probabilities);
  const confidence = result && formatProbability(result.probabilities[best]);
  byId("label").textContent = result ? result.labels[best] : "";
  byId("prediction-text").textContent = result ? `${confidence}${result.known ? "" : ", not sure"}` : EMPTY;
  if (result) liveRegion.announce(`${result.labels[best]}, ${confidence}`);
  if (!isPaintQueued) requestAnimationFrame(paint);
  isPaintQueued = true;
}

function paint() {
  isPaintQueued = false;
  selection.paint();
  perceptronDiagram?.show();
  clearTimeout(descriptionTimer);
  descriptionTimer = setTimeout(() => selection.describe(), IDLE_DELAY);
}

function handleError(error) {
  if (error instanceof Unavailable) connection.markDown(error);
  else if (error.code === "model_not_found") connection.connect(); // it was unloaded: reload the list of models
  else {
    editor.handlePictureError(error);
    occlusionMap.show(null);
    setResult(null);
    showError(byId("status"), error);
  }
}

function onUp() {
  showError(byId("status"), null);
  update();
}

function onDown(error) {
  const isTemporary = error instanceof Unavailable;
  showError(byId("status"), error, isTemporary ? { [error.code]: `${errorMessage(error)} ${RETRYING}` } : null);
}
