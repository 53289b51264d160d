/* The Train view: connects the form for a new run, the monitored run, and the table of all runs. */

import { Connection } from "../shared/connection.js";
import { byId, downloadFile, showError } from "../shared/dom.js";
import { Unavailable } from "../shared/http.js";
import { initLayout } from "../shared/layout.js";
import { fetchTrainer, requireTrainer, TRAINER } from "../shared/trainer-api.js";
import { readState, saveState } from "../shared/url-state.js";
import { CHART_SETTINGS, initChartSettings } from "./chart-settings.js";
import { showWhenEnded } from "./ended-run.js";
import { NetworkInspector } from "./network-inspector.js";
import { initQuickStart, showQuickDatasets } from "./quick-start.js";
import { RunForm } from "./run-form.js";
import { RunMonitor } from "./run-monitor.js";
import { RunTable } from "./run-table.js";

const REFRESH_INTERVAL = 3_000; // ms
const PREVIEW_DELAY = 300; // ms without another change of the settings
const DATASET_INTERVAL = 1_000; // ms while the trainer reads datasets
const DECLARED = {
  ...{ job: {}, compare: {}, layer: {}, array: { default: "activations" }, sample: { default: "0" } },
  view: { default: "all", choices: ["all", "simple"] }, // of a run: with or without its details
  settings: { choices: ["all"] }, // the form for a new run is open
  ...{ browse: {}, label: {}, duplicates: { choices: ["1"] } }, // the dataset whose images are shown, and which of them
  ...CHART_SETTINGS,
};

const liveRegion = initLayout();
let { state } = readState(DECLARED);
let form, monitor, inspector, table, browser;
let previewTimer = 0;
let isStarting = false;
let [refreshing, nextRefresh] = [null, null]; // promises: of the refresh in progress, and of the one after it
const connection = new Connection(load, { onUp: handleUp, onDown: handleDown });

byId("page-origin").textContent = location.origin;
if (TRAINER) byId("trainer-port").textContent = new URL(TRAINER).port || "8001";
connection.connect();
setInterval(() => connection.isUp && !document.hidden && refreshOrRetry(), REFRESH_INTERVAL);

function setState(changes) {
  state = { ...state, ...changes };
  saveState(DECLARED, state);
}

async function load() {
  await requireTrainer();
  if (!form) init(...(await Promise.all([fetchTrainer("/settings"), fetchTrainer("/data?wait=0")])));
  await refresh();
}

/** Update the list of datasets until the trainer has read all of them. */
async function updateDatasets(isReading) {
  while (isReading) {
    await new Promise((resolve) => setTimeout(resolve, DATASET_INTERVAL));
    const { data } = await fetchTrainer("/data?wait=0").catch(() => ({ data: null })); // the connection retries by itself
    if (!data) continue;
    showQuickDatasets(data);
    const previous = String(form.datasets.usable.map(({ spec }) => spec));
    isReading = form.datasets.update(data);
    if (String(form.datasets.usable.map(({ spec }) => spec)) !== previous) handleChange();
  }
}

function init(declarations, data) {
  form = new RunForm(declarations, data, handleChange);
  monitor = new RunMonitor(declarations, refreshOrRetry, liveRegion);
  inspector = new NetworkInspector(() => state, setState, () => refreshOrRetry().catch(() => null));
  table = new RunTable(() => state.compare?.split(",") ?? [], (ids) => {
    setState({ compare: String(ids) });
    refreshOrRetry();
  });
  const { loss, accuracy, images_per_second: speed } = monitor.charts;
  const charts = { charts: [loss, accuracy, speed, ...table.charts], losses: [loss, table.lossChart] };
  initChartSettings(state, charts, setState);
  const given = [...new URLSearchParams(location.search)].filter(([name]) => name in form.fields);
  byId("new-run").open = state.settings === "all" || (!state.job && given.length > 0);
  setValues(Object.fromEntries(given));
  showQuickDatasets(data.data);
  initQuickStart((settings) => start(settings, { view: "simple" }, (error) => showError(byId("quick-error"), error)));
  updateDatasets(data.data.some(({ n }) => n === null));
  byId("new-run").addEventListener("toggle", ({ target: { open } }) => {
    setState({ settings: open ? "all" : null });
    if (open) handleChange();
  });
  byId("run-details").open = state.view === "all";
  byId("run-details").addEventListener("toggle", ({ target: { open } }) => setState({ view: open ? "all" : "simple" }));
  byId("dataset-browser").addEventListener("toggle", browseDatasets);
  byId("dataset-browser").open = Boolean(state.browse);
  byId("run-form").addEventListener("submit", startRun);
  byId("save-settings").addEventListener("click", () => {
    downloadFile(JSON.stringify(form.values, null, 2), `${byId("run-name").value || form.values.recipe}.json`);
  });
  byId("load-settings").addEventListener("click", () => byId("settings-file").click());
  byId("settings-file").addEventListener("change", async ({ target }) => {
    setValues(await target.files[0].text().then(JSON.parse).catch(() => null));
    target.value = "";
  });
}

async function browseDatasets({ target: { open } }) {
  if (!open) return setState({ browse: null, label: null, duplicates: null });
  const { DatasetBrowser } = await import("./dataset-browser.js");
  browser ??= new DatasetBrowser(() => state, setState);
  await browser.show();
}

/** Fill values of a link or a file into the form, or show why not. */
function setValues(values) {
  if (values?.constructor !== Object) return form.showError("This file doesn’t hold settings. Choose one that was saved here.");
  const unknown = form.setValues(values);
  if (unknown) form.showError(`There is no setting or recipe named ${unknown}.`);
  else handleChange();
}

function handleChange() {
  saveState(form.declared, form.texts);
  clearTimeout(previewTimer);
  if (byId("new-run").open) previewTimer = setTimeout(() => form.preview().catch(handleError), PREVIEW_DELAY);
}

function handleError(error) {
  if (!(error instanceof Unavailable)) throw error;
  connection.markDown(error);
}

function startRun(event) {
  event.preventDefault();
  const name = byId("run-name").value.trim();
  return start({ ...form.changedValues, ...(name && { name }) }, { view: "all" }, (error) => form.showError(error));
}

/** Start a run and show it; changes: of the state; `showProblem(error)` is called with null if it has started. */
async function start(settings, changes, showProblem) {
  if (isStarting) return; // a double click
  isStarting = true;
  clearTimeout(previewTimer);
  form.cancelPreview();
  try {
    const { id } = await fetchTrainer("/jobs", { json: settings });
    setState({ job: id, ...changes, ...(changes.compare && { compare: `${changes.compare},${id}` }) });
    byId("run-details").open = state.view === "all";
    showProblem(null);
    await refresh();
    byId("run-title").focus();
    handleChange(); // the preview that was aborted
  } catch (error) {
    showProblem(error);
  } finally {
    isStarting = false;
  }
}

/** Load and show all jobs. A call during a refresh waits for it and refreshes again, so the result is never outdated. */
function refresh() {
  if (!refreshing) return (refreshing = showJobs().finally(() => (refreshing = null)));
  const again = () => ((nextRefresh = null), refresh());
  return (nextRefresh ??= refreshing.then(again, again));
}

async function showJobs() {
  const { jobs } = await fetchTrainer("/jobs?limit=100");
  try {
    const job = state.job && (jobs.find(({ id }) => id === state.job) ?? (await fetchTrainer(`/jobs/${encodeURIComponent(state.job)}`)));
    byId("run").hidden = !job;
    if (job) {
      showError(byId("view-error"), null);
      monitor.show(job);
      inspector.show(job);
      const showProblem = (error) => showError(byId("run-error"), error);
      showWhenEnded(job, (settings, compare) => start(settings, { view: "simple", compare }, showProblem));
    }
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    showError(byId("view-error"), error);
    state.job = null; // the request would be rejected again
    byId("new-run").open = true;
  }
  await table.show(jobs);
}

function refreshOrRetry() {
  return refresh().catch(handleError);
}

function handleUp() {
  byId("trainer-loading").hidden = true;
  byId("trainer-down").hidden = true;
  byId("trainer-view").hidden = false;
}

function handleDown() {
  byId("trainer-loading").hidden = true;
  byId("trainer-down").hidden = false;
}
