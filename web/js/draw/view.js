/* The Draw view: connects the drawing, the requests to the server, and the display of the results. */

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
import { ConfidenceDetails } from "./confidence.js";
import { Correction } from "./correction.js";
import { NormalizationSteps } from "./normalization-steps.js";
import { NumberResult } from "./number-result.js";
import { PredictionPanel } from "./prediction.js";
import { RadioGroup } from "./radio-group.js";
import { Replay } from "./replay.js";

const NO_DIGIT = "No digit found yet.";
const KEPT = "Your drawing is kept. Retrying…";
const RETRYING = "Retrying…";
const WIDE = 1.5 * SIDE; // the canvas width for whole numbers, as in draw.css
const DECLARED = {
  model: { default: null }, // the server's default
  crops: CROPS,
  read: { default: null, choices: ["number"] },
  steps: { default: null, choices: ["1"] },
};

const liveRegion = initLayout();
const initial = readState(DECLARED);
let { state } = initial;
let model = null; // {name, card} of the current model, once loaded
let outage = null; // the error while the server is unavailable
const prediction = new PredictionPanel(liveRegion);
const confidence = new ConfidenceDetails();
const correction = new Correction(byId("open-correction"), byId("correction-status"));
const steps = new NormalizationSteps(byId("normalization-steps"), (isOpen) => {
  if ((state.steps === "1") !== isOpen) choose({ steps: isOpen ? "1" : null });
});
const numberResult = new NumberResult(liveRegion);
const latestRequest = new LatestRequest(sendRequest, showResult, handleError);
const connection = new Connection(load, { onUp, onDown });
const models = new ModelPicker((name) => choose({ model: name }));
const radios = {
  crops: new RadioGroup(byId("crops-choice"), (crops) => choose({ crops })),
  read: new RadioGroup(byId("read-mode"), (mode) => choose({ read: mode || null })),
  pen: new RadioGroup(byId("pen-widths"), (width) => (editor.penWidth = Number(width))),
};
const editor = new DrawingEditor({ onChange, liveRegion, width: state.read ? WIDE : SIDE });
const replay = new Replay(editor.drawing);

byId("read-as-number").addEventListener("click", () => {
  choose({ read: "number" });
  byId("read-mode").querySelector(":checked").focus();
});
radios.crops.set(state.crops);
radios.pen.set(editor.penWidth);
radios.read.set(state.read);
onChange("replaced");
connection.connect();
if (initial.invalid) showNotice(initial.invalid, "invalid_link");

/** The panel for results in the current mode. */
function panel() {
  return state.read ? numberResult : prediction;
}

function onChange(kind) {
  if (kind === "replaced") latestRequest.cancel();
  replay.update();
  correction.clearStatus();
  update();
}

/** Request a result for the current drawing. */
function update() {
  if (editor.drawing.isEmpty) {
    latestRequest.cancel();
    clearDetails();
    panel().clear();
    if (outage) panel().markStale(`${errorMessage(outage)} ${RETRYING}`, outage.code);
  } else if (connection.isUp) {
    latestRequest.send(() => ({ ...editor.content, model: model.name, isNumber: Boolean(state.read), ...predictOptions() }));
  }
}

function predictOptions() {
  return state.read ? {} : { crops: state.crops, show: steps.isOpen ? "image,steps" : "image" };
}

function sendRequest({ isNumber, ...input }, signal) {
  return (isNumber ? readNumbers : predict)(input, signal);
}

function showResult(result, input) {
  if (input.isNumber) {
    if (result.lines.length) numberResult.show(result, editor);
    else showProblem(NO_DIGIT, "no_digit");
    return;
  }
  const { size } = model.card.crop;
  const [first] = result.predictions;
  prediction.show(result, size);
  confidence.show(first);
  correction.enable(input, result);
  if (first.steps) steps.show(first.steps, result.crops, size);
}

function handleError(error) {
  if (error.code === "model_not_found") connection.connect(); // it was unloaded: reload the list of models
  else if (error instanceof Unavailable) connection.markDown(error);
  else {
    editor.handlePictureError(error);
    showProblem(errorMessage(error), error.code);
  }
}

function showProblem(sentence, code) {
  clearDetails();
  panel().showProblem(sentence, code);
}

function clearDetails() {
  confidence.clear();
  correction.disable();
  steps.clear();
}

/** Load the names of the models and the card of the current one. */
async function load() {
  model = await models.load(state.model);
  confidence.setCard(model.card);
  const count = model.card.crop.offsets.length;
  byId("default-crops").textContent = count;
  byId("center-crop").hidden = count === 1 && state.crops !== "1"; // the same choice as the card's crops
  if (model.notice) showNotice(...model.notice);
}

function onUp() {
  outage = null;
  const { labels } = model.card;
  const list = labels.join(" ");
  byId("hint-labels").textContent = list.length <= 40 ? `one of ${list}` : `one of ${labels.length} characters`;
  editor.showExamples(labels, Boolean(state.read));
  setLayout();
  update();
}

function onDown(error) {
  outage = error;
  panel().markStale(`${errorMessage(error)} ${editor.drawing.isEmpty ? RETRYING : KEPT}`, error.code);
}

function choose(part) {
  state = { ...state, ...part };
  saveState(DECLARED, state);
  latestRequest.cancel();
  if ("read" in part) switchMode();
  if ("model" in part || !connection.isUp) {
    showNotice("");
    connection.connect();
  } else {
    setLayout();
    update();
  }
}

/** Switch between one digit and a whole number. */
function switchMode() {
  for (const part of document.querySelectorAll(".one-digit")) part.hidden = Boolean(state.read);
  byId("number-result").hidden = !state.read;
  radios.read.set(state.read);
  numberResult.clear();
  editor.drawing.resize(state.read ? WIDE : SIDE);
  if (model) editor.showExamples(model.card.labels, Boolean(state.read));
}

/** Prepare the panels for the model. The offsets of other crops than the card's are in the result. */
function setLayout() {
  const { labels, image, crop } = model.card;
  prediction.setLayout(labels, image, state.crops === "4" ? crop.offsets : [], crop.size);
  numberResult.setLabels(labels);
}
