/* The view Train: joins the form of a new run, the run that is watched, and the table of all runs. */

import { Connection } from "../shared/connection.js";
import { byId, downloadFile, showError } from "../shared/dom.js";
import { Unavailable } from "../shared/http.js";
import { initLayout } from "../shared/layout.js";
import { fetchTrainer, requireTrainer, TRAINER } from "../shared/trainer-api.js";
import { readState, saveState } from "../shared/url-state.js";
import { Looks } from "./network-inspector.js";
import { Form } from "./run-form.js";
import { Watched } from "./run-monitor.js";
import { Runs } from "./run-table.js";

const OFTEN = 3_000; // ms between two looks at all jobs
const CALM = 300; // ms without another change before the settings are looked at
const DECLARED = { job: {}, compare: {}, layer: {}, what: { default: "activations" }, sample: { default: "0" } };
const NO_FILE = "Expected a file of settings as this view saves them, JSON. Received something else.";

const liveRegion = initLayout();
let { state } = readState(DECLARED);
let form, watched, looks, runs;
let timer = 0;
let starting = false;
let [now, next] = [null, null]; // refreshings: the one under way, and the one after it
const connection = new Connection(load, { onUp: up, onDown: down });

byId("origin").textContent = location.origin;
if (TRAINER) byId("port").textContent = new URL(TRAINER).port;
connection.connect();
setInterval(() => connection.isUp && !document.hidden && look(), OFTEN);

function keep(part) {
  state = { ...state, ...part };
  saveState(DECLARED, state);
}

/** Load what the trainer declares, once, and how all jobs stand. */
async function load() {
  await requireTrainer();
  if (!form) begin(...(await Promise.all([fetchTrainer("/settings"), fetchTrainer("/data", { timeout: 60_000 })])));
  await refresh();
}

function begin(told, { data }) {
  form = new Form(told, data, changed);
  watched = new Watched(told, look, liveRegion);
  looks = new Looks(() => state, keep);
  runs = new Runs(() => state.compare?.split(",") ?? [], (ids) => {
    keep({ compare: String(ids) });
    look();
  });
  take(Object.fromEntries([...new URLSearchParams(location.search)].filter(([name]) => name in form.fields)));
  byId("new").open = !state.job;
  byId("form").addEventListener("submit", start);
  byId("save").addEventListener("click", () => downloadFile(JSON.stringify(form.values, null, 2), `${byId("name").value || form.values.recipe}.json`));
  byId("load").addEventListener("click", () => byId("file").click());
  byId("file").addEventListener("change", async ({ target }) => {
    take(await target.files[0].text().then(JSON.parse).catch(() => null));
    target.value = "";
  });
}

/** Take settings into the form, or say why not. */
function take(values) {
  try {
    if (values?.constructor !== Object) throw new Error(NO_FILE);
    form.set(values);
    changed();
  } catch (error) {
    form.refuse(error);
  }
}

function changed() {
  saveState(form.declared, form.texts);
  clearTimeout(timer);
  timer = setTimeout(() => form.preview().catch(failed), CALM);
}

function failed(error) {
  if (!(error instanceof Unavailable)) throw error;
  connection.markDown(error);
}

async function start(event) {
  event.preventDefault();
  if (starting) return; // a second press would start a second run
  starting = true;
  try {
    const name = byId("name").value.trim();
    keep({ job: (await fetchTrainer("/jobs", { json: { ...form.chosen, ...(name && { name }) } })).id });
    form.refuse(null);
    await refresh();
    byId("job-title").focus();
  } catch (error) {
    form.refuse(error);
  } finally {
    starting = false;
  }
}

/** Show how all jobs stand. A call during another one waits for it and shows it anew: nothing older comes after it. */
function refresh() {
  if (!now) return (now = showJobs().finally(() => (now = null)));
  const again = () => ((next = null), refresh());
  return (next ??= now.then(again, again));
}

async function showJobs() {
  const { jobs } = await fetchTrainer("/jobs?limit=100");
  try {
    const job = state.job && (jobs.find(({ id }) => id === state.job) ?? (await fetchTrainer(`/jobs/${encodeURIComponent(state.job)}`)));
    byId("job").hidden = !job;
    if (job) {
      showError(byId("view-problem"), null);
      watched.show(job);
      looks.show(job);
    }
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    showError(byId("view-problem"), error);
    state.job = null; // to ask again would say the same
    byId("new").open = true;
  }
  await runs.show(jobs);
}

function look() {
  return refresh().catch(failed);
}

function up() {
  byId("waiting").hidden = true;
  byId("absent").hidden = true;
  byId("there").hidden = false;
}

function down() {
  byId("waiting").hidden = true;
  byId("absent").hidden = false;
}
