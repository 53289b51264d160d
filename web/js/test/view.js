/* The Test view: connects the evaluation form, the report, and the list of reports. */

import { Connection } from "../shared/connection.js";
import { byId, showError } from "../shared/dom.js";
import { errorMessage } from "../shared/error-messages.js";
import { formatCount, formatPercent } from "../shared/format.js";
import { ApiError, fetchJson, Unavailable } from "../shared/http.js";
import { initLayout } from "../shared/layout.js";
import { ModelPicker } from "../shared/model-picker.js";
import { CROPS, readState, saveState } from "../shared/url-state.js";
import { formatProgress, getSelection, initForm, showOptions, showProgress } from "./evaluation-form.js";
import { evaluate } from "../shared/evaluation-stream.js";
import { loadReports, markReports } from "./report-list.js";
import { VALUES, ReportPanel } from "./report-panel.js";

const OPTIONAL = { default: null };
const DECLARED = { model: OPTIONAL, crops: CROPS, data: OPTIONAL, report: OPTIONAL, compare: OPTIONAL, cell: OPTIONAL, values: VALUES, map: { default: null, choices: ["1"] } };
const ERRORS = {
  invalid_dataset: "This dataset can’t be evaluated. Check the file format, and that the model knows all of its labels.",
  stopped: "Stopped.",
  no_file: "Choose a file first, or two files for IDX.",
};

const liveRegion = initLayout();
let { state, invalid } = readState(DECLARED);
let models = null; // {name, card, names}
let evaluation = null; // the AbortController of the one in progress
let requestedIds = null; // of the reports that are being loaded
const panel = new ReportPanel(() => state, setState);
const picker = new ModelPicker((model) => (setState({ model }), connection.connect()));
const reportCallbacks = {
  onOpen: (id) => openReports([id]),
  onToggle: (id) => openReports(toggledIds(id)),
  onLoad: () => markReports(currentIds()),
  onError: handleError,
};
const connection = new Connection(load, { onUp: () => showError(byId("server-down"), null), onDown: handleDown });

initForm({ onSubmit: start, onChange: () => setState({ data: getSelection().name ?? null, crops: getSelection().crops }) });
byId("stop").addEventListener("click", () => evaluation.abort());
showProblem(invalid);
connection.connect();

function setState(changes) {
  state = { ...state, ...changes };
  saveState(DECLARED, state);
}

/** Show an error, or a sentence, below the form; `details` is a further sentence. */
function showProblem(error, details = "") {
  showError(byId("evaluation-error"), error, ERRORS);
  if (details) byId("evaluation-error").append(` ${details}`);
}

function handleError(error) {
  if (error instanceof Unavailable) connection.markDown(error);
  else if (error instanceof ApiError) showProblem(error);
  else throw error;
}

function handleDown(error) {
  showError(byId("server-down"), `${errorMessage(error)} What is shown may be outdated. Retrying…`);
}

async function load() {
  const [loaded, { data }] = await Promise.all([picker.load(state.model), fetchJson("/data"), loadReports(reportCallbacks)]);
  models = loaded;
  if (models.notice) showProblem(models.notice[0]);
  showOptions(data, models, state);
  if (requestedIds || !panel.reports.length) await showReports(currentIds());
}

/** The IDs of the reports that are shown or being loaded: the open one, then those compared with it. */
function currentIds() {
  return requestedIds ?? (state.report ? [state.report, ...(state.compare?.split(",") ?? [])] : []);
}

function toggledIds(id) {
  const ids = currentIds();
  return ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id];
}

function openReports(ids) {
  showProblem(null);
  return showReports(ids).catch(handleError);
}

/** Evaluate the selected dataset: once, or once for each choice of "crops" or "models". */
async function start(kind) {
  const { crops, ...dataset } = getSelection();
  if (!models) return showProblem({ code: "server_down" });
  if (dataset.files?.length === 0) return showProblem({ code: "no_file" });
  const one = { model: models.name, crops };
  const rounds = { crops: CROPS.choices.map((each) => ({ ...one, crops: each })), models: models.names.map((model) => ({ model, crops })) };
  const reports = await evaluateAll(dataset, rounds[kind] ?? [one]);
  if (!reports.length) return;
  try {
    await showReports(reports.map(({ id }) => id));
    await loadReports(reportCallbacks);
  } catch (error) {
    return handleError(error);
  }
  liveRegion.announce(`Accuracy ${formatPercent(reports[0].accuracy)} on ${formatCount(reports[0].data.n)} images.`);
  byId("report").scrollIntoView();
}

/** Evaluate once per round and return the reports; after an error, those so far. Models that don't know a label of the dataset
 *  are skipped if another one does. */
async function evaluateAll(dataset, rounds) {
  const [reports, skipped] = [[], []];
  let title, progress;
  evaluation = new AbortController();
  showProblem(null);
  try {
    for (const round of rounds) {
      const count = rounds.length > 1 ? `, ${reports.length + skipped.length + 1} of ${rounds.length}` : "";
      title = `${round.model}, crops: ${round.crops}${count}`;
      showProgress(title, (progress = null));
      const onProgress = (latest) => showProgress(title, (progress = latest));
      try {
        reports.push(await evaluate({ ...dataset, ...round }, onProgress, evaluation.signal));
      } catch (error) {
        const isLast = reports.length === 0 && skipped.length === rounds.length - 1;
        if (error.code !== "invalid_dataset" || isLast || rounds.every(({ model }) => model === round.model)) throw error;
        skipped.push(round.model);
      }
    }
    if (skipped.length) showProblem(`Skipped, because the dataset has labels that they don’t know: ${skipped.join(", ")}.`);
  } catch (error) {
    const details = progress ? `${formatProgress(progress)} were evaluated.` : rounds.length > 1 ? `(${title})` : "";
    if (!evaluation.signal.aborted) handleError(error);
    showProblem(evaluation.signal.aborted ? { code: "stopped" } : error, details);
  } finally {
    showProgress("");
  }
  return reports;
}

/** Load and show a report and those compared with it, unless others are requested meanwhile. Throws Unavailable; the reports
 *  remain requested and are loaded when the server is up again. */
async function showReports(ids) {
  if (!ids.length) return;
  requestedIds = ids;
  let reports;
  try {
    reports = await Promise.all(ids.map((id) => fetchJson(`/reports/${encodeURIComponent(id)}`)));
  } catch (error) {
    if (requestedIds !== ids) return;
    if (!(error instanceof ApiError)) throw error;
    requestedIds = null;
    showProblem(error);
    return markReports(currentIds());
  }
  if (requestedIds !== ids) return;
  requestedIds = null;
  if (ids[0] !== state.report) setState({ cell: null });
  setState({ report: ids[0], compare: ids.slice(1).join() || null });
  markReports(ids);
  panel.show(reports);
}
