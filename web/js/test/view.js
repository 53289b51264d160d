/* The view Test: joins the form, the scoring, the report that it makes, and the reports of before. */

import { Connection } from "../shared/connection.js";
import { byId, showError } from "../shared/dom.js";
import { errorMessage } from "../shared/error-messages.js";
import { formatCount, formatPercent } from "../shared/format.js";
import { ApiError, fetchJson, Unavailable } from "../shared/http.js";
import { initLayout } from "../shared/layout.js";
import { LineChart } from "../shared/line-chart.js";
import { ModelPicker } from "../shared/model-picker.js";
import { CROPS, readState, saveState } from "../shared/url-state.js";
import { Matrix } from "./confusion-matrix.js";
import { chosen, farOf, hearSetup, offer, tell } from "./evaluation-form.js";
import { score } from "./evaluation-stream.js";
import { Gallery } from "./gallery.js";
import { loadPast, markPast } from "./report-list.js";
import { nameOf, showClasses, showFigures } from "./report-summary.js";

const FREE = { default: null };
const SHARES = { default: "counts", choices: ["counts", "true", "predicted", "change"] };
const DECLARED = { model: FREE, crops: CROPS, data: FREE, report: FREE, with: FREE, cell: FREE, shares: SHARES };

const liveRegion = initLayout();
let { state, invalid } = readState(DECLARED);
let here = null; // {name, card, names} of the models
let running = null; // the AbortController of a scoring
let shown = []; // the report that is shown, and those beside it
let wanted = null; // the IDs of those that are being loaded
const models = new ModelPicker((model) => (choose({ model }), connection.connect()));
const matrix = new Matrix(byId("matrix"), showCell);
const [cell, mistakes] = [new Gallery("cell"), new Gallery("mistakes")];
const chart = (id, title, x, more) => new LineChart(byId(id), { title, x, series: [], ...more });
const charts = [ // each with the list in a report and the names of its x and y
  [chart("accuracies", "Accuracy, batch by batch", "images", { format: formatPercent }), ({ batches }) => batches, "done", "accuracy"],
  [chart("losses", "Loss, batch by batch", "images"), ({ batches }) => batches, "done", "loss"],
  [
    chart("calibration", "How often a confidence is right", "confidence", { xRange: [0, 1], yRange: [0, 1], diagonal: true }),
    (report) => report.calibration?.bins, "confidence", "accuracy",
  ],
];
const pick = (ids) => (trouble(null), look(ids).catch(failed));
const past = { show: (id) => pick([id]), toggle: (id) => pick(named(id)), loaded: () => markPast(named()), failed };
const connection = new Connection(load, { onUp: () => showError(byId("gone"), null), onDown: down });

hearSetup({ start, change: () => choose({ data: chosen().name ?? null, crops: chosen().crops }) });
byId("stop").addEventListener("click", () => running.abort());
byId("shares").addEventListener("change", ({ target }) => (choose({ shares: target.value }), showMatrix()));
trouble(invalid);
connection.connect();

function choose(part) {
  state = { ...state, ...part };
  saveState(DECLARED, state);
}

function trouble(error) {
  showError(byId("trouble"), error);
}

/** Say what was refused, or go on when the server is there again. */
function failed(error) {
  if (error instanceof Unavailable) connection.markDown(error);
  else if (error instanceof ApiError) trouble(error);
  else throw error;
}

function down(error) {
  showError(byId("gone"), `${errorMessage(error)} What is here stays; this page tries again by itself.`);
}

async function load() {
  const [now, { data }] = await Promise.all([models.load(state.model), fetchJson("/data"), loadPast(past)]);
  here = now;
  if (here.notice) trouble(here.notice[0]);
  offer(data, here, state);
  if (wanted || !shown.length) await look(named());
}

/** The reports that the link names or is to name, with another one beside them or without it. */
function named(other) {
  const ids = wanted ?? (state.report ? [state.report, ...(state.with?.split(",") ?? [])] : []);
  return ids.includes(other) ? ids.filter((id) => id !== other) : ids.concat(other ?? []);
}

/** Score the chosen set: once, with each choice of crops, or with each model. */
async function start(kind) {
  const { crops, ...set } = chosen();
  if (!here) return trouble("The server does not answer yet.");
  if (set.files?.length === 0) return trouble("Expected a file, or two of IDX. Received none: choose it first.");
  const each = kind === "models" ? here.names.map((model) => ({ model, crops })) : [{ model: here.name, crops }];
  const rounds = kind === "crops" ? CROPS.choices.map((crops) => ({ ...each[0], crops })) : each;
  const made = [];
  let told;
  running = new AbortController();
  trouble(null);
  try {
    for (const round of rounds) {
      const what = `${round.model}, crops ${round.crops}${rounds.length > 1 ? ` (${made.length + 1} of ${rounds.length})` : ""}`;
      tell(what, (told = null));
      made.push(await score({ ...set, ...round }, (now) => tell(what, (told = now)), running.signal));
    }
  } catch (error) {
    const stopped = running.signal.aborted;
    if (!stopped) failed(error);
    trouble((stopped ? "Stopped." : errorMessage(error)) + (told ? ` ${farOf(told)} were answered.` : ""));
  } finally {
    tell("");
  }
  if (!made.length) return;
  try {
    await look(made.map(({ id }) => id));
    await loadPast(past);
  } catch (error) {
    return failed(error);
  }
  liveRegion.announce(`${formatPercent(made[0].accuracy)} of ${formatCount(made[0].data.n)} images right.`);
  byId("result").scrollIntoView();
}

/** Show a report with others beside it, unless others are wanted meanwhile. Throws Unavailable; they are wanted still, then. */
async function look(ids) {
  if (!ids.length) return;
  wanted = ids;
  let told;
  try {
    told = await Promise.all(ids.map((id) => fetchJson(`/reports/${encodeURIComponent(id)}`)));
  } catch (error) {
    if (wanted !== ids) return;
    if (!(error instanceof ApiError)) throw error;
    wanted = null;
    trouble(error);
    return markPast(named());
  }
  if (wanted !== ids) return;
  [shown, wanted] = [told, null];
  if (ids[0] !== state.report) choose({ cell: null });
  choose({ report: ids[0], with: ids.slice(1).join() || null });
  markPast(ids);
  showReport();
}

/** The report beside the shown one, where both know the same labels. */
function comparable() {
  const [one, other] = shown.map(({ classes }) => String(classes.map(({ label }) => label)));
  return one === other ? shown[1] : undefined;
}

function showReport() {
  const [report, ...others] = shown;
  byId("result").hidden = false;
  byId("result-title").textContent = `${nameOf(report)}, on ${report.data.name}`;
  byId("beside").hidden = !others.length;
  byId("apart").hidden = others.every(({ data }) => data.sha256 === report.data.sha256);
  showFigures(shown);
  showClasses(report, comparable());
  const series = shown.map((each) => ({ name: others.length ? nameOf(each) : "" }));
  for (const [chart, list, x, y] of charts) chart.show(shown.map((each) => (list(each) ?? []).map((point) => [point[x], point[y]])), { series });
  showMatrix();
  mistakes.show(`${formatCount(report.mistakes.length)} mistakes, the surest first`, report, { order: "mistakes" });
}

function showMatrix() {
  const [{ id, confusion_matrix: one }] = shown;
  const other = comparable()?.confusion_matrix;
  const of = state.shares === "change" && !other ? "counts" : state.shares;
  for (const radio of byId("shares").querySelectorAll("input")) radio.checked = radio.value === of;
  byId("by-change").hidden = !other;
  matrix.show(one, of, other);
  const normalize = of in { true: 1, predicted: 1 } ? `&normalize=${of}` : "";
  for (const link of byId("downloads").children) {
    const { format } = link.dataset;
    link.href = `/reports/${id}` + (format === "json" ? "" : `/confusion-matrix?format=${format}${normalize}`);
    link.download = `${id}.${format}`;
  }
  const pairs = one.labels.flatMap((right, i) => one.labels.map((predicted, j) => [`${right},${predicted}`, i, j]));
  const [, ...at] = pairs.find(([pair]) => pair === state.cell) ?? [];
  byId("cell").hidden = !at.length;
  byId("no-cell").hidden = at.length;
  if (at.length) showCell(...at);
}

/** Show the images of a cell. */
function showCell(i, j) {
  const { labels, counts } = shown[0].confusion_matrix;
  const [right, predicted] = [labels[i], labels[j]];
  choose({ cell: `${right},${predicted}` });
  matrix.mark(i, j);
  byId("no-cell").hidden = true;
  const [order, first] = i === j ? ["least_confident", "least confident"] : ["most_confident", "most confident"];
  const title = `${right} read as ${predicted}: ${formatCount(counts[i][j])}, the ${first} first`;
  cell.show(title, shown[0], { true: right, predicted, order });
}
