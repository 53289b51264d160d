/* All runs in a table, and some of them compared: their epochs in one chart, and what differs in settings and results. */

import { LineChart } from "../shared/chart.js";
import { byId, h } from "../shared/elements.js";
import { share } from "../shared/numbers.js";
import { ask } from "../shared/trainer.js";
import { words } from "./form.js";
import { called, rough, tested, time } from "./job.js";

/** Fill a table's body with rows of texts or elements, of which the first is the row's head. Figures stand to the right. */
export function fill(id, rows) {
  const cell = (value) => h("td", { class: /^([\d,.]+(\s%)?|–)$/.test(value) && "number" }, value);
  byId(id).tBodies[0].replaceChildren(...rows.map(([head, ...cells]) => h("tr", {}, h("th", { scope: "row" }, head), ...cells.map(cell))));
}

const right = (job) => job.result?.validation_accuracy ?? job.epoch?.validation_accuracy;
const shown = (value) => (value === undefined || value === null ? "–" : share(value));
const chart = (id, title, more) => new LineChart(byId(id), { title, x: "epoch", series: [], ...more });

const RESULTS = {
  "Epochs done": ({ epoch }) => String(epoch?.epoch ?? 0),
  "Right, kept aside": (job) => shown(right(job)),
  "Right, test, one crop": ({ result }) => shown(result?.test["1"]),
  "Right, test": ({ result }) => shown(result && tested(result)),
  Time: ({ result, epoch }) => time((result ?? epoch)?.seconds),
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
    this.accuracy = chart("compare-accuracy", "Right, of the images kept aside", { format: rough });
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
        h("a", { id: `open-${id}`, href: linkTo(id), "data-job": id, text: called(job) }),
        h("input", { type: "checkbox", id: `compare-${id}`, value: id, checked: chosen.includes(id), ariaLabel: `Compare ${called(job)}` }),
        job.state,
        settings.data.map((spec) => spec.split("/").at(-1)).join(" + "),
        settings.recipe,
        `${epoch?.epoch ?? 0} of ${settings.epochs}`,
        shown(right(job)),
        shown(result && tested(result)),
      ];
    };
    const told = JSON.stringify([chosen, jobs.map(({ state, epoch, result }) => [state, epoch, result])]);
    if (told === this.#told) return;
    this.#told = told;
    const focused = document.activeElement.id;
    fill("runs", jobs.map(row));
    if (focused) byId(focused)?.focus();
    byId("runs-none").hidden = jobs.length > 0;
    await this.#compare(chosen.map((wanted) => jobs.find(({ id }) => id === wanted)).filter(Boolean));
  }

  async #compare(jobs) {
    byId("compare").hidden = jobs.length < 2;
    if (jobs.length < 2) return;
    for (const { id, epoch } of jobs) {
      const known = this.#epochs.get(id);
      if (known?.length !== (epoch?.epoch ?? 0)) this.#epochs.set(id, (await ask(`/jobs/${id}/epochs`)).epochs);
    }
    const series = jobs.map((job) => ({ name: called(job).slice(0, 18) }));
    const points = (what) => jobs.map(({ id }) => (this.#epochs.get(id) ?? []).map((row) => [row.epoch, row[what]]));
    this.accuracy.show(points("validation_accuracy"), { series });
    this.loss.show(points("validation_loss"), { series });
    const differs = (name) => jobs.some(({ settings }) => String(settings[name]) !== String(jobs[0].settings[name]));
    fill("differences", [
      ["Run", ...jobs.map(called)],
      ...Object.keys(jobs[0].settings).filter(differs).map((name) => [words(name), ...jobs.map(({ settings }) => String(settings[name]))]),
      ...Object.entries(RESULTS).map(([name, of]) => [name, ...jobs.map(of)]),
    ]);
  }
}
