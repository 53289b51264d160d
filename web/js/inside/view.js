/* The Inside view: connects the drawing, the requests to /explain, and the display of the layers. */

import { Connection } from "../shared/connection.js";
import { byId, showError } from "../shared/dom.js";
import { DrawingEditor, showNotice } from "../shared/drawing-editor.js";
import { errorMessage } from "../shared/error-messages.js";
import { argmax, formatProbability } from "../shared/format.js";
import { ApiError, Unavailable } from "../shared/http.js";
import { LatestRequest } from "../shared/latest-request.js";
import { initLayout } from "../shared/layout.js";
import { ModelPicker } from "../shared/model-picker.js";
import { readState, saveState } from "../shared/url-state.js";
import { Experiments } from "./experiments.js";
import { explain } from "./explain-api.js";
import { totalsPanel } from "./layer-panel.js";
import { NetworkMap } from "./network-map.js";
import { Network } from "./network.js";
import { Selection } from "./selection.js";

const IDLE_DELAY = 350; // ms without a change before the occlusion map is requested and descriptions are updated
const PROBE = { strokes: [[[500, 300], [500, 700]]] }; // kernels don't depend on a drawing, but a request needs one
const EMPTY = "Draw a digit to see how each layer responds.";
const RETRYING = "Your drawing is kept. Retrying…";
const ANY = { default: null };
const RELU = { default: "on", choices: ["on", "off"] };
const DECLARED = { model: ANY, crop: ANY, layer: ANY, at: ANY, label: ANY, kernel: ANY, relu: RELU, watch: ANY, shape: ANY };

const liveRegion = initLayout();
const initial = readState(DECLARED);
let { state } = initial;
let model = null; // {name, card} of the current model, once loaded
let network = null;
let occlusionTimer = 0;
let descriptionTimer = 0;
let isPaintQueued = false;
const layersRequest = new LatestRequest(explain, showResult, handleError);
const occlusionRequest = new LatestRequest(explain, (result) => experiments.showOcclusion(result), handleError);
const connection = new Connection(load, { onUp, onDown });
const models = new ModelPicker((name) => choose({ model: name }));
const selection = new Selection(save, liveRegion);
const experiments = new Experiments({ state, save, selection });
const networkMap = new NetworkMap({ onOpen: (...map) => selection.open(network, ...map), liveRegion, link: { state, save } });
const editor = new DrawingEditor({ onChange, liveRegion });

byId("crop").addEventListener("change", ({ target }) => choose({ crop: target.value || null }));
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
  const corners = card.crop.offsets.filter((corner) => String(corner) !== String(center));
  byId("crop").replaceChildren(option(center, ""), ...corners.map((corner) => option(corner, String(corner))));
  byId("crop").value = corners.some((corner) => String(corner) === state.crop) ? state.crop : "";
  if (network?.version !== version) showNetwork(new Network(layers, version), card);
}

/** Create the panels of a network. */
function showNetwork(next, { labels, layers: trained }) {
  const isFirst = !network;
  next.setValues(null);
  selection.showNetwork(byId("layers"), next, network, labels);
  network = next;
  if (network.layers.length) byId("layers").append(totalsPanel(network, trained));
  networkMap.setNetwork(network, labels);
  experiments.showOcclusion(null);
  experiments.setLabels(labels);
  if (state.layer && network.layers.length && !selection.isPinned && !model.notice) restorePin(isFirst);
}

/** Select the value that the link names, and scroll there if the page was just opened. */
async function restorePin(isFirst) {
  if (!network.find(state.layer)) await experiments.load();
  const owner = network.find(state.layer) ? network : experiments.network;
  const layer = owner.find(state.layer);
  const at = state.at?.split(",").map((index) => index - 1) ?? [];
  if (at.length !== 3 || !layer?.has(at)) {
    return showNotice(`Model ${model.name} has no value ${state.at} in a layer ${state.layer}.`, "unknown_position");
  }
  selection.pin({ network: owner, layer, at });
  if (isFirst) selection.scrollTo(layer);
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
    experiments.showOcclusion(null);
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
  experiments.setImage(result?.image ?? null);
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
  networkMap.update();
  clearTimeout(descriptionTimer);
  descriptionTimer = setTimeout(() => selection.describe(), IDLE_DELAY);
}

function handleError(error) {
  if (error instanceof Unavailable) connection.markDown(error);
  else if (error.code === "model_not_found") connection.connect(); // it was unloaded: reload the list of models
  else {
    editor.handlePictureError(error);
    experiments.showOcclusion(null);
    setResult(null);
    showError(byId("status"), error);
  }
}

function onUp() {
  showError(byId("status"), null);
  update();
  networkMap.makeInteractive();
  experiments.load();
}

function onDown(error) {
  const isTemporary = error instanceof Unavailable;
  showError(byId("status"), error, isTemporary ? { [error.code]: `${errorMessage(error)} ${RETRYING}` } : null);
}
