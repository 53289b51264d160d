/* The run that is watched: its events as charts and figures, and what is done to it while it learns. */

import { byId, h, showError } from "../shared/dom.js";
import { formatCount, formatPercent } from "../shared/format.js";
import { LineChart } from "../shared/line-chart.js";
import { fetchTrainer, TRAINER } from "../shared/trainer-api.js";
import { axisPercent, formatTime, runName, settingLabel, testAccuracy } from "./run-format.js";
import { makeField } from "./setting-field.js";

const FRAME = 150; // ms between two drawings of the charts
const KINDS = ["started", "batch", "epoch", "setting_changed", "paused", "resumed", "finished", "failed", "interrupted"];
const ENDED = ["stopped", "failed", "interrupted"];
const OVER = [...ENDED, "finished"];
const FACTS = ["epoch", "step", "speed", "left", "right"];

export class Watched {
  job = null;
  #source = null;
  #heard = 0; // ID of the last event
  #fields = {};
  #timer = 0;

  /** told: what GET /settings tells; `news()` is called when the job stands otherwise. */
  constructor({ settings, unsupported }, news, liveRegion) {
    Object.assign(this, { unsupported, news, liveRegion });
    const chart = (name, title, series, more) => new LineChart(byId(`chart-${name}`), { title, x: "epoch", series, ...more });
    const two = [{ name: "training" }, { name: "kept aside" }];
    this.charts = {
      loss: chart("loss", "Loss", two),
      accuracy: chart("accuracy", "Share that is right", two, { format: axisPercent }),
      rate: chart("rate", "Learning rate", [{ name: "" }]),
      speed: chart("speed", "Images a second", [{ name: "" }]),
    };
    for (const setting of settings.filter(({ mutable }) => mutable)) {
      const { input, refused, box } = (this.#fields[setting.name] = makeField(setting, `new-${setting.name}`));
      input.addEventListener("change", () => this.#change({ [setting.name]: input.value && Number(input.value) }, refused));
      byId("steer").append(box);
    }
    for (const [id, state] of [["pause", "paused"], ["run", "running"], ["stop", "stopped"]]) {
      byId(id).addEventListener("click", () => this.#change({ state }, byId("job-problem")));
    }
    byId("publish").addEventListener("submit", (event) => this.#publish(event));
  }

  /** Show a job as it stands. Another one than before is heard from its first event. */
  show(job) {
    const [{ state, published, reason, result }, before] = [job, this.job];
    this.job = job;
    if (job.id !== before?.id) this.#begin();
    if (job.id !== before?.id || state !== before.state) this.liveRegion.announce(`${runName(job)}: ${state}.`);
    if (!this.#source && (!this.#heard || !OVER.includes(state))) this.#hear();
    byId("job-title").textContent = runName(job);
    byId("job-state").textContent = [state, job.place && `number ${job.place}`, reason].filter(Boolean).join(", ");
    byId("pause").hidden = state !== "running";
    byId("run").hidden = state !== "paused" && !(ENDED.includes(state) && (job.epoch?.epoch ?? 0) < job.settings.epochs);
    byId("stop").hidden = OVER.includes(state);
    byId("publish").hidden = !result;
    byId("steer").hidden = OVER.includes(state);
    byId("steer").disabled = state === "queued";
    for (const [name, { input, hint, help }] of Object.entries(this.#fields)) {
      input.disabled = !job.mutable.includes(name);
      hint.textContent = (input.disabled && this.unsupported[job.settings.optimizer][name]) || help;
    }
    byId("fact-test").textContent = result ? formatPercent(testAccuracy(result)) : "–";
    const link = (name) => h("a", { class: "button", href: `/?${new URLSearchParams({ model: name })}`, text: `Draw against ${name}` });
    if (published.length !== byId("published").children.length) byId("published").replaceChildren(...published.map(link));
  }

  /** Forget the job before this one. */
  #begin() {
    this.#source?.close();
    [this.#source, this.#heard] = [null, 0];
    const { epochs, batch_size } = this.job.settings;
    Object.assign(this, { at: 0, epochs, steps: 0, step: 0, perEpoch: 1_000 / batch_size }); // at: epochs done, and part of one
    this.points = { loss: [[], []], accuracy: [[], []], rate: [[]], speed: [[]] };
    this.marks = [];
    this.#fill(this.job.settings);
    this.facts = Object.fromEntries(FACTS.map((name) => [name, "–"]));
    this.#draw();
    for (const place of ["job-problem", "publish-problem"]) showError(byId(place), null);
    byId("publish-name").value = runName(this.job).replaceAll(/[^\w-]+/g, "-").toLowerCase().slice(0, 40);
  }

  /** Hear the stream. It comes back by itself after the last event that was heard; one that comes twice counts once. */
  #hear() {
    const source = (this.#source = new EventSource(`${TRAINER}/jobs/${this.job.id}/events`));
    for (const kind of KINDS) {
      source.addEventListener(kind, ({ lastEventId, data }) => {
        if (source !== this.#source || Number(lastEventId) <= this.#heard) return;
        this.#heard = Number(lastEventId);
        this[kind]?.(JSON.parse(data));
        if (kind !== "batch") this.news();
        this.#draw();
      });
    }
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED && source === this.#source) this.#source = null; // over, or see `show`
    });
  }

  started({ epochs, first_epoch, steps }) {
    Object.assign(this, { epochs, at: first_epoch, perEpoch: steps / epochs });
    for (const list of Object.values(this.points).flat()) {
      while (list.at(-1)?.[0] > first_epoch) list.pop(); // a part of an epoch is not kept, but learnt anew
    }
  }

  batch({ epoch, step, loss, accuracy, images_per_second, seconds_left, learning_rate }) {
    this.step = step;
    this.at = Math.max(this.at, epoch - 1 + Math.min(1, (step - this.steps) / this.perEpoch));
    const values = { loss, accuracy, rate: learning_rate, speed: images_per_second };
    for (const [name, value] of Object.entries(values)) this.points[name][0].push([this.at, value]);
    const speed = images_per_second ? formatCount(Math.round(images_per_second)) : "–";
    Object.assign(this.facts, { epoch: `${epoch} of ${this.epochs}`, step: formatCount(step), speed, left: formatTime(seconds_left) });
  }

  epoch({ epoch, val_loss, val_accuracy }) {
    Object.assign(this, { at: epoch, perEpoch: Math.max(1, this.step - this.steps), steps: this.step });
    this.points.loss[1].push([epoch, val_loss]);
    this.points.accuracy[1].push([epoch, val_accuracy]);
    this.facts.right = formatPercent(val_accuracy);
  }

  finished({ val_accuracy }) {
    this.facts.right = formatPercent(val_accuracy); // of the best weights, which are kept
    this.facts.left = "–";
  }

  setting_changed({ changes }) {
    this.marks.push({ x: this.at, text: Object.entries(changes).map(([name, value]) => `${settingLabel(name)} ${value}`).join(", ") });
    this.#fill(changes);
  }

  /** Show what was heard, as often as eyes can follow: the processor is the fit's. */
  #draw() {
    this.#timer ||= setTimeout(() => this.#drawNow(), FRAME);
  }

  #drawNow() {
    this.#timer = 0;
    for (const [name, points] of Object.entries(this.points)) {
      const marks = name === "rate" ? this.marks : this.marks.map(({ x }) => ({ x, text: "" })); // said once
      this.charts[name].show(points, { xRange: [0, this.epochs], marks });
    }
    for (const name of FACTS) byId(`fact-${name}`).textContent = this.facts[name];
    byId("job-progress").value = this.at / this.epochs;
  }

  #fill(values) {
    for (const [name, { input, refused }] of Object.entries(this.#fields)) {
      if (name in values && document.activeElement !== input) input.value = values[name];
      if (name in values) showError(refused, null);
    }
  }

  async #change(json, place) {
    try {
      this.show(await fetchTrainer(`/jobs/${this.job.id}`, { method: "PATCH", json }));
      showError(place, null);
      this.news();
    } catch (error) {
      showError(place, error);
    }
  }

  async #publish(event) {
    event.preventDefault();
    const [name, place] = [byId("publish-name").value.trim(), byId("publish-problem")];
    event.submitter.disabled = true;
    byId("published").textContent = "It is being exported and checked…";
    showError(place, null);
    try {
      await fetchTrainer(`/jobs/${this.job.id}/publish`, { json: { name }, timeout: 600_000 });
      this.liveRegion.announce(`Published as ${name}.`);
    } catch (error) {
      showError(place, error);
    }
    event.submitter.disabled = false;
    byId("published").replaceChildren();
    this.news();
  }
}
