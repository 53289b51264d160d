/* All runs in a table, and some of them compared: their epochs in one chart, and what differs in settings and results. */

import { byId, fillTable, h } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { LineChart } from "../shared/line-chart.js";
import { fetchTrainer } from "../shared/trainer-api.js";
import { axisPercent, formatTime, runName, settingLabel, testAccuracy } from "./run-format.js";

const right = (job) => job.result?.val_accuracy ?? job.epoch?.val_accuracy;
const shown = (value) => (value === undefined || value === null ? "–" : formatPercent(value));
const chart = (id, title, more) => new LineChart(byId(id), { title, x: "epoch", series: [], ...more });

const RESULTS = {
  "Epochs done": ({ epoch }) => String(epoch?.epoch ?? 0),
  "Right, kept aside": (job) => shown(right(job)),
  "Right, test, one crop": ({ result }) => shown(result?.test["1"]),
  "Right, test": ({ result }) => shown(result && testAccuracy(result)),
  Time: ({ result, epoch }) => formatTime((result ?? epoch)?.seconds),
};

/** The address of a run: the present one, which may hold settings of a new run, with its ID. */
function linkTo(id) {
  const query = new URLSearchParams(location.search);
  query.set("job", id);
  return `?${query}`;
}

export class Runs {
  #told = "";
  #epochs = new Map();

  /** chosen(): the IDs to compare; `choose(ids)` hears of others. */
  constructor(chosen, choose) {
    this.chosen = chosen;
    this.accuracy = chart("compare-accuracy", "Right, of the images kept aside", { format: axisPercent });
    this.loss = chart("compare-loss", "Loss on the images kept aside");
    byId("runs").addEventListener("click", ({ target }) => {
      if (target.dataset.job) target.search = linkTo(target.dataset.job); // with the settings as they are by now
    });
    byId("runs").addEventListener("change", ({ target: { value, checked } }) => {
      choose([...chosen().filter((id) => id !== value), ...(checked ? [value] : [])]);
    });
  }

  /** Show all jobs as they stand. */
  async show(jobs) {
    const chosen = this.chosen();
    const row = (job) => {
      const { id, settings, epoch, result } = job;
      return [
        h("a", { id: `open-${id}`, href: linkTo(id), "data-job": id, text: runName(job) }),
        h("input", { type: "checkbox", id: `compare-${id}`, value: id, checked: chosen.includes(id), ariaLabel: `Compare ${runName(job)}` }),
        job.state,
        settings.data.map((spec) => spec.split("/").at(-1)).join(" + "),
        settings.recipe,
        `${epoch?.epoch ?? 0} of ${settings.epochs}`,
        shown(right(job)),
        shown(result && testAccuracy(result)),
      ];
    };
    const told = JSON.stringify([chosen, jobs.map(({ state, epoch, result }) => [state, epoch, result])]);
    if (told === this.#told) return;
    this.#told = told;
    const focused = document.activeElement.id;
    fillTable("runs", jobs.map(row));
    if (focused) byId(focused)?.focus();
    byId("runs-none").hidden = jobs.length > 0;
    await this.#compare(chosen.map((wanted) => jobs.find(({ id }) => id === wanted)).filter(Boolean));
  }

  async #compare(jobs) {
    byId("compare").hidden = jobs.length < 2;
    if (jobs.length < 2) return;
    for (const { id, epoch } of jobs) {
      const known = this.#epochs.get(id);
      if (known?.length !== (epoch?.epoch ?? 0)) this.#epochs.set(id, (await fetchTrainer(`/jobs/${id}/epochs`)).epochs);
    }
    const series = jobs.map((job) => ({ name: runName(job).slice(0, 18) }));
    const points = (what) => jobs.map(({ id }) => (this.#epochs.get(id) ?? []).map((row) => [row.epoch, row[what]]));
    this.accuracy.show(points("val_accuracy"), { series });
    this.loss.show(points("val_loss"), { series });
    const differs = (name) => jobs.some(({ settings }) => String(settings[name]) !== String(jobs[0].settings[name]));
    fillTable("differences", [
      ["Run", ...jobs.map(runName)],
      ...Object.keys(jobs[0].settings).filter(differs).map((name) => [settingLabel(name), ...jobs.map(({ settings }) => String(settings[name]))]),
      ...Object.entries(RESULTS).map(([name, of]) => [name, ...jobs.map(of)]),
    ]);
  }
}
