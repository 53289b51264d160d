/* The table of all runs, and the comparison of some: their charts, and the settings and results that differ. */

import { byId, fillTable, h } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { LineChart } from "../shared/line-chart.js";
import { fetchTrainer } from "../shared/trainer-api.js";
import { axisPercent, formatTime, runName, settingLabel, testAccuracy } from "./run-format.js";

const validationAccuracy = (job) => job.result?.val_accuracy ?? job.epoch?.val_accuracy;
const formatAccuracy = (value) => (value === undefined || value === null ? "–" : formatPercent(value));
const createChart = (id, title, options) => new LineChart(byId(id), { title, x: "epoch", series: [], canDownload: true, ...options });

const RESULTS = {
  Epochs: ({ epoch }) => String(epoch?.epoch ?? 0),
  "Validation accuracy": (job) => formatAccuracy(validationAccuracy(job)),
  "Test accuracy, one crop": ({ result }) => formatAccuracy(result?.test["1"]),
  "Test accuracy": ({ result }) => formatAccuracy(result && testAccuracy(result)),
  Time: ({ result, epoch }) => formatTime((result ?? epoch)?.seconds),
};

/** A link to a run; it keeps the other parameters, such as the settings of a new run. */
function linkTo(id) {
  const query = new URLSearchParams(location.search);
  query.set("job", id);
  return `?${query}`;
}

export class RunTable {
  #shown = "";
  #epochs = new Map(); // job ID -> its epochs

  /** getSelected() returns the IDs of the runs to compare; `onSelect(ids)` is called when they change. */
  constructor(getSelected, onSelect) {
    this.getSelected = getSelected;
    this.accuracyChart = createChart("compare-accuracy", "Validation accuracy", { format: axisPercent });
    this.lossChart = createChart("compare-loss", "Validation loss");
    this.charts = [this.accuracyChart, this.lossChart];
    byId("runs").addEventListener("click", ({ target }) => {
      if (target.dataset.job) target.search = linkTo(target.dataset.job); // the settings may have changed since
    });
    byId("runs").addEventListener("change", ({ target: { value, checked } }) => {
      onSelect([...getSelected().filter((id) => id !== value), ...(checked ? [value] : [])]);
    });
  }

  /** Show all jobs. */
  async show(jobs) {
    const selected = this.getSelected();
    const key = JSON.stringify([selected, jobs.map(({ id, state, epoch, result }) => [id, state, epoch, result])]);
    if (key === this.#shown) return;
    this.#shown = key;
    const focused = document.activeElement.id;
    fillTable("runs", jobs.map((job) => tableRow(job, selected)));
    if (focused) byId(focused)?.focus();
    byId("no-runs").hidden = jobs.length > 0;
    await this.#compare(selected.map((each) => jobs.find(({ id }) => id === each)).filter(Boolean));
  }

  async #compare(jobs) {
    byId("comparison").hidden = jobs.length < 2;
    if (jobs.length < 2) return;
    for (const { id, epoch } of jobs) {
      if (this.#epochs.get(id)?.length === (epoch?.epoch ?? 0)) continue;
      this.#epochs.set(id, (await fetchTrainer(`/jobs/${id}/epochs`)).epochs);
    }
    const series = jobs.map((job) => ({ name: runName(job).slice(0, 18) }));
    const points = (field) => jobs.map(({ id }) => (this.#epochs.get(id) ?? []).map((row) => [row.epoch, row[field]]));
    this.accuracyChart.show(points("val_accuracy"), { series });
    this.lossChart.show(points("val_loss"), { series });
    const differs = (name) => jobs.some(({ settings }) => String(settings[name]) !== String(jobs[0].settings[name]));
    fillTable("differences", [
      ["Run", ...jobs.map(runName)],
      ...Object.keys(jobs[0].settings).filter(differs).map((name) => [settingLabel(name), ...jobs.map(({ settings }) => String(settings[name]))]),
      ...Object.entries(RESULTS).map(([name, format]) => [name, ...jobs.map(format)]),
    ]);
  }
}

function tableRow(job, selected) {
  const { id, settings, epoch, result } = job;
  const checkbox = { type: "checkbox", id: `compare-${id}`, value: id, checked: selected.includes(id) };
  return [
    h("a", { id: `open-${id}`, href: linkTo(id), "data-job": id, text: runName(job) }),
    h("input", { ...checkbox, ariaLabel: `Compare ${runName(job)}` }),
    job.state,
    settings.data.map((spec) => spec.split("/").at(-1)).join(" + "),
    settings.recipe,
    `${epoch?.epoch ?? 0} of ${settings.epochs}`,
    formatAccuracy(validationAccuracy(job)),
    formatAccuracy(result && testAccuracy(result)),
  ];
}
