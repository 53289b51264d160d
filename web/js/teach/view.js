/* The Teach view: connects the drawing, the lesson in the trainer, and the panels that show it. */

import { Connection } from "../shared/connection.js";
import { byId, showError } from "../shared/dom.js";
import { DrawingEditor } from "../shared/drawing-editor.js";
import { errorMessage } from "../shared/error-messages.js";
import { formatProbability } from "../shared/format.js";
import { ApiError } from "../shared/http.js";
import { LatestRequest } from "../shared/latest-request.js";
import { initLayout } from "../shared/layout.js";
import { drawingRequest } from "../shared/server-api.js";
import { onThemeChange } from "../shared/theme.js";
import { fetchTrainer, requireTrainer } from "../shared/trainer-api.js";
import { readState, saveState } from "../shared/url-state.js";
import { ActionQueue } from "./action-queue.js";
import { closeCamera, initCameraButton } from "./camera-button.js";
import { showDrawings } from "./drawings.js";
import { initLearningRate, showLearningRate } from "./learning-rate.js";
import { FIT_ERRORS, LessonFit } from "./lesson-fit.js";
import { initLessonForm, listLessons, updateLesson } from "./lessons.js";
import { checkMode, createModes, MODE, showDrawingCounts } from "./modes.js";
import * as networkState from "./network-state.js";
import { initSaving, showSaved } from "./save-publish.js";
import { showHistory, showReady, showStatus } from "./training-progress.js";

const DECLARED = { lesson: { default: null }, label: { default: null }, mode: MODE };

const liveRegion = initLayout();
let { state } = readState(DECLARED);
let lesson = null; // the last response of the trainer
let drawings = null; // those of the lesson: {n, drawings}
let shownWeights = ""; // as JSON
let selected = null; // the saved drawing that is on the canvas
const editor = new DrawingEditor({ onChange: handleDrawing, liveRegion });
const predict = (content, signal) => fetchLesson("/predict", { ...drawingRequest(content), signal });
const latestRequest = new LatestRequest(predict, showResponse, handlePredictionError);
const queue = new ActionQueue({ onUnavailable: (error) => connection.markDown(error), onLessonNotFound: (error) => open(null, error) });
const [run, enqueue] = [queue.run.bind(queue), queue.enqueue.bind(queue)];
const fit = new LessonFit(() => enqueue(refresh));
const connection = new Connection(load, { onUp: handleUp, onDown: handleDown });

initLessonForm(run, ({ id }) => open(id));
initSaving(update);
initLearningRate(update);
const listen = (id, type, handler) => byId(id).addEventListener(type, handler);
for (const [id, repeats] of [["train-once", 1], ["train-ten-times", 10]]) listen(id, "click", () => enqueue(() => train(repeats)));
listen("undo-training", "click", () => update("/undo", { json: {} }));
listen("delete-drawing", "click", () => update(`/drawings/${selected.id}`, { method: "DELETE" }));
listen("train-all", "click", () => update("/fit", { json: {} }, undefined, FIT_ERRORS));
initCameraButton(() => lesson !== null, handleFrame);
document.addEventListener("visibilitychange", () => document.hidden || (lesson && connection.isUp && enqueue(refresh)));
onThemeChange(() => lesson && listDrawings());
connection.connect();

function fetchLesson(path, options) {
  return fetchTrainer(`/lessons/${encodeURIComponent(state.lesson)}${path}`, options);
}

/** Change the lesson and show the result. */
function update(path, options, element, overrides) {
  return enqueue(() => fetchLesson(path, { method: "POST", ...options }).then(refresh), element, overrides);
}

async function load() {
  await requireTrainer();
  await listLessons(run, state.lesson, (id) => (id === state.lesson ? open(null) : connection.connect()));
  try {
    if (state.lesson) await refresh();
  } catch (error) {
    if (error.code !== "lesson_not_found") throw error;
    open(null, error);
  }
}

function handleUp() {
  byId("trainer-down").hidden = true;
  byId("new-lesson").hidden = Boolean(lesson);
  byId("lesson").hidden = !lesson;
  byId("view").dataset.ready = "";
  handleDrawing("replaced");
}

function handleDown(error) {
  byId("trainer-down").hidden = false;
  byId("new-lesson").hidden = true;
  latestRequest.cancel();
  if (lesson) networkState.markStale(`${errorMessage(error)} Your drawing is kept. Retrying…`);
  liveRegion.announce(errorMessage(error));
}

/** Open a lesson, or with null the form for a new one; `error`: why the last one was closed. */
async function open(id, error) {
  [state, lesson] = [{ lesson: id, label: null, mode: MODE.default }, null];
  closeCamera();
  saveState(DECLARED, state);
  showError(byId("lessons-error"), error);
  await connection.connect();
  if (id) byId("drawing-canvas").focus();
}

/** Load the lesson, which may have been changed in another tab, and show it. */
async function refresh() {
  const [response, page, { history }] = await Promise.all(["", "/drawings?limit=200", "/history"].map((path) => fetchLesson(path)));
  const isNew = lesson?.id !== response.id;
  [lesson, drawings] = [response, page];
  if (isNew) {
    networkState.setNetwork(lesson);
    createModes(lesson.labels, setMode);
    setMode(lesson.labels.includes(state.label) ? {} : { label: lesson.labels[0] });
  }
  fit.show(lesson);
  byId("undo-training").disabled = !lesson.undo_count || fit.isActive;
  for (const show of [showLearningRate, showDrawingCounts, updateLesson]) show(lesson);
  showHistory(history);
  showSaved(lesson, isNew);
  listDrawings();
  JSON.stringify(lesson.weights) === shownWeights ? showInstruction(true) : handleDrawing("replaced");
}

/** Choose the label that is drawn, or the test mode, in which nothing is trained. */
function setMode(changes) {
  state = { ...state, ...changes };
  saveState(DECLARED, state);
  checkMode(state, lesson.labels);
  handleDrawing("replaced");
}

function listDrawings() {
  if (!drawings.drawings.some(({ id }) => id === selected?.id)) selected = null;
  showDrawings(lesson, drawings, selected?.id, (drawing) => {
    editor.drawing.setPicture({ rows: drawing.image });
    selected = drawing;
    setMode({ label: drawing.label, mode: "teach" });
    listDrawings();
  });
}

function showInstruction(keepsStatus = false) {
  showReady({ ...state, isEmpty: editor.drawing.isEmpty, isFitting: fit.isActive, hasDrawings: drawings.n > 0, keepsStatus });
}

function handleDrawing(kind) {
  if (!lesson) return;
  const { isEmpty, strokes, picture } = editor.drawing;
  if (selected && (isEmpty || (picture?.rows !== selected.image && strokes !== selected.strokes))) {
    selected = null;
    listDrawings();
  }
  if (kind === "replaced") latestRequest.cancel();
  showInstruction();
  if (!isEmpty) return connection.isUp && latestRequest.send(() => editor.content);
  shownWeights = JSON.stringify(lesson.weights);
  networkState.clear(lesson);
}

/** Predict a frame of the camera; a recorded one becomes the drawing, and is trained on for a step. */
function handleFrame(picture, isRecorded) {
  if (!lesson || !connection.isUp) return null;
  if (isRecorded && state.mode === "teach" && !fit.isActive) return enqueue(() => (editor.drawing.setPicture(picture), train(1)));
  return editor.drawing.isEmpty && latestRequest.send(() => ({ picture }));
}

function showResponse(response) {
  showError(byId("training-error"), null);
  const { label, confidence } = response;
  const verdict = label === state.label ? "✓ Correct." : `✗ It should be ${state.label}. Train the network on it.`;
  shownWeights = JSON.stringify(response.weights);
  networkState.showResponse(response, state.mode === "test" ? "Test drawing: nothing is trained." : verdict);
  liveRegion.announce(`${label}, ${formatProbability(confidence)}`);
}

function handlePredictionError(error) {
  editor.handlePictureError(error);
  if (error instanceof ApiError) networkState.clear(lesson);
  run(() => Promise.reject(error));
}

async function train(repeats) {
  const [{ label }, { drawing, content }, { strokes, picture }] = [state, editor, editor.drawing];
  const isUnchanged = () => drawing.strokes === strokes && drawing.picture === picture;
  latestRequest.cancel();
  showStatus("training", "Training…");
  drawing.finish(); // the next stroke begins a new drawing, also during the request
  let response;
  try {
    response = await fetchLesson(`/train?${new URLSearchParams({ label, repeats })}`, drawingRequest(content));
  } catch (error) {
    drawing.finish(false);
    showInstruction();
    throw error;
  }
  const elsewhere = response.steps - repeats === lesson.steps ? "" : " It was also trained in another tab.";
  if (isUnchanged()) showResponse(response);
  await refresh();
  if (isUnchanged()) selected = { ...drawings.drawings.find(({ id }) => id === response.drawing), strokes };
  listDrawings();
  const effect = networkState.describeTraining(response, lesson, label, repeats) + elsewhere;
  showStatus("trained", `${effect} The next stroke starts a new drawing.`);
}
