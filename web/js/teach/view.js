/* The view Teach: joins the drawing, the lesson in the trainer, and what the page shows of it. */

import { Connection } from "../shared/connection.js";
import { byId, showError } from "../shared/dom.js";
import { DrawingEditor } from "../shared/drawing-editor.js";
import { errorMessage } from "../shared/error-messages.js";
import { formatProbability } from "../shared/format.js";
import { ApiError } from "../shared/http.js";
import { LatestRequest } from "../shared/latest-request.js";
import { initLayout } from "../shared/layout.js";
import { LineChart } from "../shared/line-chart.js";
import { drawingRequest } from "../shared/server-api.js";
import { onThemeChange } from "../shared/theme.js";
import { fetchTrainer, requireTrainer } from "../shared/trainer-api.js";
import { readState, saveState } from "../shared/url-state.js";
import { Acts } from "./action-queue.js";
import { showDrawings } from "./drawings.js";
import { listLessons, openForm, relist } from "./lessons.js";
import { countModes, makeModes, markMode } from "./modes.js";
import * as shown from "./network-state.js";
import { openKeeping, showKept } from "./save-publish.js";

const MODE = { default: "teach", choices: ["teach", "test"] };
const DECLARED = { lesson: { default: null }, label: { default: null }, mode: MODE };
const PARTS = ["", "/drawings?limit=200", "/history"];

const liveRegion = initLayout();
let { state } = readState(DECLARED);
let lesson = null; // as the trainer told last
let kept = null; // its drawings, {n, drawings}
let weights = ""; // those that are shown, as text
let chosen = null; // the kept drawing that is on the editor
const editor = new DrawingEditor({ onChange: changed, liveRegion });
const latestRequest = new LatestRequest((question, signal) => askLesson("/predict", { ...drawingRequest(question), signal }), read, unread);
const acts = new Acts({ gone: (error) => connection.markDown(error), unknown: (error) => open(null, error) });
const [attempt, act] = [acts.attempt.bind(acts), acts.follow.bind(acts)];
const series = [{ name: "before" }, { name: "after" }];
const chart = new LineChart(byId("loss"), { title: "Loss of each drawing", x: "step", series });
const connection = new Connection(load, { onUp: up, onDown: down });

openForm(attempt, ({ id }) => open(id));
openKeeping(change);
const listen = (id, type, work) => byId(id).addEventListener(type, work);
listen("once", "click", () => act(() => train(1)));
listen("often", "click", () => act(() => train(10)));
listen("back", "click", () => change("/undo", { json: {} }));
listen("forget", "click", () => change(`/drawings/${chosen.id}`, { method: "DELETE" }));
listen("pace", "change", ({ target: { valueAsNumber } }) => {
  change("", { method: "PATCH", json: { learning_rate: valueAsNumber } }, byId("pace-problem"));
});
document.addEventListener("visibilitychange", () => document.hidden || (lesson && connection.isUp && act(refresh)));
onThemeChange(() => lesson && list());
connection.connect();

function askLesson(path, options) {
  return fetchTrainer(`/lessons/${encodeURIComponent(state.lesson)}${path}`, options);
}

/** Change the lesson, and show what became of it. */
function change(path, options, place) {
  return act(async () => {
    await askLesson(path, { method: "POST", ...options });
    await refresh();
  }, place);
}

async function load() {
  await requireTrainer();
  await listLessons(attempt, state.lesson, (id) => (id === state.lesson ? open(null) : connection.connect()));
  try {
    if (state.lesson) await refresh();
  } catch (error) {
    if (error.code !== "lesson_not_found") throw error;
    open(null, error);
  }
}

function up() {
  byId("gone").hidden = true;
  byId("begin").hidden = Boolean(lesson);
  byId("lesson").hidden = !lesson;
  byId("view").dataset.ready = "";
  changed("replaced");
}

function down(error) {
  byId("gone").hidden = false;
  byId("begin").hidden = true;
  latestRequest.cancel();
  if (lesson) shown.suspend("The trainer does not answer. Your drawing is kept; this page tries again.");
  liveRegion.announce(`No trainer answers. ${errorMessage(error)}`);
}

/** Open another lesson, or with null the form for a new one; `error` says why. */
async function open(id, error) {
  state = { lesson: id, label: null, mode: MODE.default };
  lesson = null;
  saveState(DECLARED, state);
  showError(byId("lessons-problem"), error);
  await connection.connect();
  if (id) byId("drawing-canvas").focus();
}

/** Load the lesson as it stands, with all that was done to it elsewhere, and show it. */
async function refresh() {
  const [now, drawings, { history }] = await Promise.all(PARTS.map((path) => askLesson(path)));
  const first = lesson?.id !== now.id;
  [lesson, kept] = [now, drawings];
  if (first) {
    shown.prepare(lesson);
    makeModes(lesson.labels, choose);
    choose(lesson.labels.includes(state.label) ? {} : { label: lesson.labels[0] });
  }
  byId("pace").value = lesson.learning_rate;
  showError(byId("pace-problem"), null); // it was of another value
  byId("back").disabled = !lesson.undo_count;
  countModes(lesson);
  relist(lesson);
  chart.show(["loss_before", "loss"].map((loss) => history.map((each) => [each.steps, each[loss]])));
  showKept(lesson, first);
  list();
  if (JSON.stringify(lesson.weights) !== weights) changed("replaced");
}

/** Choose the label that is drawn, or to test: then what is drawn is not taught. */
function choose(part) {
  state = { ...state, ...part };
  saveState(DECLARED, state);
  const teaching = state.mode === "teach";
  markMode(state);
  byId("hint-labels").textContent = teaching ? `an example of ${state.label}` : `one of ${lesson.labels.join(" ")}`;
  changed("replaced");
}

function list() {
  if (!kept.drawings.some(({ id }) => id === chosen?.id)) chosen = null;
  showDrawings(lesson, kept, chosen?.id, (drawing) => {
    editor.drawing.setPicture({ rows: drawing.image });
    chosen = drawing;
    choose({ label: drawing.label, mode: "teach" });
    list();
  });
}

function changed(how) {
  if (!lesson) return;
  const { isEmpty, strokes, picture } = editor.drawing;
  const teaching = state.mode === "teach";
  if (chosen && (isEmpty || (picture?.rows !== chosen.image && strokes !== chosen.strokes))) {
    chosen = null;
    list();
  }
  if (how === "replaced") latestRequest.cancel();
  for (const button of ["once", "often"]) byId(button).disabled = isEmpty || !teaching;
  const advice = isEmpty ? `Draw an example of ${state.label}.` : `Train the network: this is ${state.label}.`;
  byId("advice").textContent = teaching ? advice : "Draw anything: nothing is learnt from it.";
  if (!isEmpty) return connection.isUp && latestRequest.send(() => editor.content);
  weights = JSON.stringify(lesson.weights);
  shown.clear(lesson);
}

function answered(told) {
  const { label, confidence } = told;
  const right = label === state.label ? "✓ As you say." : `✗ You say ${state.label}: train it.`;
  weights = JSON.stringify(told.weights);
  shown.show(told, state.mode === "test" ? "So it reads this." : right);
  liveRegion.announce(`${label}, ${formatProbability(confidence)}`);
}

function read(told) {
  showError(byId("problem"), null);
  answered(told);
}

function unread(error) {
  if (error instanceof ApiError) shown.clear(lesson);
  attempt(() => Promise.reject(error));
}

async function train(repeats) {
  const [{ label }, { drawing, content }] = [state, editor];
  const { strokes, picture } = drawing;
  const same = () => drawing.strokes === strokes && drawing.picture === picture;
  latestRequest.cancel();
  drawing.finish(); // also what is drawn while it learns is a new drawing
  let told;
  try {
    told = await askLesson(`/train?${new URLSearchParams({ label, repeats })}`, drawingRequest(content));
  } catch (error) {
    drawing.finish(false);
    throw error;
  }
  const elsewhere = told.steps - repeats === lesson.steps ? "" : " It was taught elsewhere, too.";
  if (same()) answered(told);
  await refresh();
  if (same()) chosen = { ...kept.drawings.find(({ id }) => id === told.drawing), strokes };
  list();
  byId("advice").textContent = `${shown.progress(told, lesson, label, repeats)}${elsewhere} Your next stroke begins a new drawing.`;
}
