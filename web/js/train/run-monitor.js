/* Monitors a run: its events as charts and figures, and the buttons and settings that change it during training. */

import { byId, downloadFile, h, showError } from "../shared/dom.js";
import { formatCount, formatPercent } from "../shared/format.js";
import { LineChart } from "../shared/line-chart.js";
import { fileLink, useLink } from "../shared/model-links.js";
import { PUBLISH_ERRORS } from "../shared/publish-errors.js";
import { fetchTrainer, TRAINER } from "../shared/trainer-api.js";
import { followEvents } from "./event-stream.js";
import { publishJob } from "./publication.js";
import { axisPercent, formatTime, runName, settingLabel, testAccuracy } from "./run-format.js";
import { createField } from "./setting-field.js";

const FRAME = 150; // ms between two updates of the charts: the fit needs the processor
const RESUMABLE = ["stopped", "failed", "interrupted"];
const ENDED = [...RESUMABLE, "finished"];
const FIGURES = ["epoch", "step", "images-per-second", "time-left", "val-accuracy"];
const createLinks = (name) => h("span", {}, useLink(name), " · ", fileLink(name));

export class RunMonitor {
  job = null;
  #close = null; // closes the stream of events
  #lastEvent = 0; // its ID
  #fields = {};
  #timer = 0;

  /** declarations: the response of GET /settings; `onChange()` is called when the job has changed. */
  constructor({ settings, unsupported }, onChange, liveRegion) {
    Object.assign(this, { unsupported, onChange, liveRegion });
    const common = { x: "epoch", canDownload: true };
    const createChart = (id, title, series, options) => new LineChart(byId(`chart-${id}`), { title, series, ...common, ...options });
    const splits = [{ name: "training" }, { name: "validation" }];
    this.charts = {
      loss: createChart("loss", "Loss", splits),
      accuracy: createChart("accuracy", "Accuracy", splits, { format: axisPercent }),
      learning_rate: createChart("learning-rate", "Learning rate", [{ name: "" }]),
      images_per_second: createChart("images-per-second", "Images/s", [{ name: "" }]),
    };
    for (const setting of settings.filter(({ mutable }) => mutable)) {
      const field = (this.#fields[setting.name] = createField(setting, `change-${setting.name}`));
      field.input.addEventListener("change", () => this.#changeSetting(setting.name, field));
      byId("mutable-settings").append(field.element);
    }
    for (const [id, state] of [["pause", "paused"], ["resume", "running"], ["stop", "stopped"]]) {
      byId(id).addEventListener("click", () => this.#update({ state }, byId("run-error")));
    }
    byId("save-run-settings").addEventListener("click", () => {
      downloadFile(JSON.stringify(this.job.settings, null, 2), `${runName(this.job).replaceAll(/[^\w-]+/g, "-")}.json`);
    });
    byId("publish-form").addEventListener("submit", (event) => this.#publish(event));
  }

  /** Show a job. The events of another job than before are read from the first one on. */
  show(job) {
    const [{ state, published, result }, previous] = [job, this.job];
    const hasEnded = ENDED.includes(state);
    this.job = job;
    if (job.id !== previous?.id) this.#reset();
    if (job.id !== previous?.id || state !== previous.state) this.liveRegion.announce(`${runName(job)}: ${state}.`);
    if (!this.#close && (!this.#lastEvent || !hasEnded)) this.#listen();
    byId("run-title").textContent = runName(job);
    byId("run-state").textContent = job.queue_position ? `${state}, position ${job.queue_position}` : state;
    byId("run-state").dataset.state = state;
    byId("failure").hidden = state !== "failed";
    byId("failure-reason").textContent = job.reason;
    byId("pause").hidden = state !== "running";
    byId("resume").hidden = state !== "paused" && !(RESUMABLE.includes(state) && (job.epoch?.epoch ?? 0) < job.settings.epochs);
    byId("stop").hidden = hasEnded;
    byId("publish-form").hidden = !result;
    byId("mutable-settings").hidden = hasEnded;
    byId("mutable-settings").disabled = state === "queued";
    for (const [name, { input, hint, help }] of Object.entries(this.#fields)) {
      input.disabled = !job.mutable.includes(name);
      hint.textContent = (input.disabled && this.unsupported[job.settings.optimizer][name]) || help;
    }
    byId("figure-test-accuracy").textContent = result ? formatPercent(testAccuracy(result)) : "–";
    if (published.length !== byId("published").children.length) byId("published").replaceChildren(...published.map(createLinks));
  }

  #reset() {
    this.#close?.();
    [this.#close, this.#lastEvent] = [null, 0];
    for (const chart of Object.values(this.charts)) chart.reset();
    const { epochs, batch_size } = this.job.settings;
    Object.assign(this, { epochs, position: 0, step: 0, epochStart: 0, stepsPerEpoch: 1_000 / batch_size }); // position: in epochs
    this.points = { loss: [[], []], accuracy: [[], []], learning_rate: [[]], images_per_second: [[]] };
    this.marks = [];
    this.#fillFields(this.job.settings);
    this.figures = Object.fromEntries(FIGURES.map((name) => [name, "–"]));
    this.#queueUpdate();
    for (const id of ["run-error", "publish-error"]) showError(byId(id), null);
    byId("publish-name").value = runName(this.job).replaceAll(/[^\w-]+/g, "-").toLowerCase().slice(0, 40);
  }

  /** Follow the events. Those that are repeated after an interruption are ignored. */
  #listen() {
    const address = `${TRAINER}/jobs/${this.job.id}/events`;
    const close = (this.#close = followEvents(address, (event) => this.#onEvent(close, event), () => {
      if (close === this.#close) this.#close = null; // `show` listens again
    }));
  }

  #onEvent(close, { id, name, data }) {
    if (close !== this.#close || Number(id) <= this.#lastEvent) return;
    this.#lastEvent = Number(id);
    this.#handlers[name]?.(data);
    if (name !== "batch" || !this.job.progress) this.onChange(); // with the first progress, the network can be inspected
    this.#queueUpdate();
  }

  #handlers = {
    started: ({ epochs, first_epoch, steps }) => {
      Object.assign(this, { epochs, position: first_epoch, stepsPerEpoch: steps / epochs });
      for (const list of Object.values(this.points).flat()) {
        while (list.at(-1)?.[0] > first_epoch) list.pop(); // a resumed run repeats its incomplete epoch
      }
    },
    batch: ({ epoch, step, loss, accuracy, images_per_second, seconds_left, learning_rate }) => {
      this.step = step;
      this.position = Math.max(this.position, epoch - 1 + Math.min(1, (step - this.epochStart) / this.stepsPerEpoch));
      const values = { loss, accuracy, learning_rate, images_per_second };
      for (const [name, value] of Object.entries(values)) this.points[name][0].push([this.position, value]);
      Object.assign(this.figures, {
        epoch: `${epoch} of ${this.epochs}`,
        step: formatCount(step),
        "images-per-second": images_per_second ? formatCount(Math.round(images_per_second)) : "–",
        "time-left": formatTime(seconds_left),
      });
    },
    epoch: ({ epoch, val_loss, val_accuracy }) => {
      Object.assign(this, { position: epoch, stepsPerEpoch: Math.max(1, this.step - this.epochStart), epochStart: this.step });
      this.points.loss[1].push([epoch, val_loss]);
      this.points.accuracy[1].push([epoch, val_accuracy]);
      this.figures["val-accuracy"] = formatPercent(val_accuracy);
    },
    finished: ({ val_accuracy }) => {
      this.figures["val-accuracy"] = formatPercent(val_accuracy); // of the best weights
      this.figures["time-left"] = "–";
    },
    setting_changed: ({ changes }) => {
      const text = Object.entries(changes).map(([name, value]) => `${settingLabel(name)} ${value}`).join(", ");
      this.marks.push({ x: this.position, text });
      this.#fillFields(changes);
    },
  };

  #queueUpdate() {
    this.#timer ||= setTimeout(() => this.#updateNow(), FRAME);
  }

  #updateNow() {
    this.#timer = 0;
    const unnamed = this.marks.map(({ x }) => ({ x, text: "" })); // one chart names the changes
    for (const [name, points] of Object.entries(this.points)) {
      this.charts[name].show(points, { xRange: [0, this.epochs], marks: name === "learning_rate" ? this.marks : unnamed });
    }
    for (const name of FIGURES) byId(`figure-${name}`).textContent = this.figures[name];
    byId("run-progress").value = this.position / this.epochs;
  }

  #fillFields(values) {
    for (const [name, { input, error }] of Object.entries(this.#fields)) {
      if (name in values && document.activeElement !== input) input.value = values[name];
      if (name in values) showError(error, null);
    }
  }

  #changeSetting(name, { input, error, problem }) {
    if (problem) showError(error, problem);
    else this.#update({ [name]: Number(input.value) }, error);
  }

  async #update(json, element) {
    try {
      this.show(await fetchTrainer(`/jobs/${this.job.id}`, { method: "PATCH", json }));
      showError(element, null);
      this.onChange();
    } catch (error) {
      showError(element, error);
    }
  }

  async #publish(event) {
    event.preventDefault();
    const [name, element] = [byId("publish-name").value.trim(), byId("publish-error")];
    event.submitter.disabled = true;
    byId("published").textContent = "Exporting and verifying…";
    showError(element, null);
    try {
      await publishJob(this.job, name);
      this.liveRegion.announce(`Published as ${name}.`);
    } catch (error) {
      showError(element, error, PUBLISH_ERRORS);
    }
    event.submitter.disabled = false;
    byId("published").replaceChildren();
    this.onChange();
  }
}
