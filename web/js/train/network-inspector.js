/* Inspects the network of a run, also during training: its predictions for validation images, and a layer's arrays for one. */

import { byId, h, showError } from "../shared/dom.js";
import { formatProbability } from "../shared/format.js";
import { ApiError, Unavailable } from "../shared/http.js";
import { fetchTrainer } from "../shared/trainer-api.js";
import { createCanvas, paintRows } from "./heatmap-canvas.js";
import { showHistogram } from "./histogram.js";

const TIMEOUT = 60_000; // ms: after the fit has ended, TensorFlow may have to start first
const INTERVAL = 1_500; // ms between two inspections: each delays the fit by some hundredths of a second
const SIMPLE_INTERVAL = 500; // ms, of the predictions alone
const PAGE = 24; // predictions
const RAMP = Array.from({ length: 65 }, (_, i) => i / 64); // of the color bar
const ERRORS = { invalid_input: "This run has no such image or layer." };
const range = (n) => Array.from({ length: n }, (_, i) => i);

/** The maps of an array, as rows: one per channel, or one per output of a kernel, with its inputs side by side in a square. */
function splitIntoMaps({ shape, values }) {
  const [, , inputs, outputs] = shape;
  if (shape.length === 1) return [[values]];
  if (shape.length === 2) return [values[0].map((_, output) => values.map((row) => row[output]))];
  if (shape.length === 3) return range(inputs).map((map) => values.map((row) => row.map((pixel) => pixel[map])));
  const side = Math.ceil(Math.sqrt(inputs));
  const line = (row, band, output) => range(side).flatMap((i) => row.map((pixel) => pixel[band * side + i]?.[output] ?? 0));
  const bands = range(Math.ceil(inputs / side));
  return range(outputs).map((output) => bands.flatMap((band) => values.map((row) => line(row, band, output))));
}

/** The element's children, `n` of them; if there is another number, they are created anew. */
function resizeChildren(element, n, create) {
  if (element.children.length !== n) element.replaceChildren(...range(n).map(create));
  return [...element.children];
}

export class NetworkInspector {
  #job = null;
  #inspected = ""; // what was shown last
  #requested = ""; // what was requested last
  #begin = 0;
  #next = 0;
  #arrays = null; // {layer: names of its arrays}
  #isBusy = false;
  #due = 0; // time of the next inspection
  #first = null; // how many of the first page were read correctly at first

  /** getState() returns {layer, array, sample}; `onChange(changes)` is called when others are chosen, `onEnd()` when the run
   *  turns out to have ended. */
  constructor(getState, onChange, onEnd) {
    Object.assign(this, { getState, onEnd });
    const change = (changes) => {
      onChange(changes);
      this.#inspect();
    };
    for (const name of ["layer", "array", "sample"]) byId(name).addEventListener("change", ({ target }) => change({ [name]: target.value }));
    byId("predictions").addEventListener("click", ({ target }) => {
      const index = target.closest("button")?.value;
      if (index) change({ sample: (byId("sample").value = index) });
    });
    byId("next-predictions").addEventListener("click", () => {
      this.#begin = this.#next;
      this.#inspect();
    });
    setInterval(() => this.#inspect(), SIMPLE_INTERVAL);
  }

  /** Inspect a job from now on. */
  show(job) {
    if (job.id !== this.#job?.id) [this.#arrays, this.#begin, this.#inspected, this.#first] = [null, 0, "", null];
    this.#job = job;
  }

  async #inspect() {
    const job = this.#job;
    if (!job?.progress || this.#isBusy || document.hidden) return; // there is no network before the first step
    if (job.state === "running" && job.epoch?.epoch === job.settings.epochs) return; // the fit has ended, its run not yet
    const { layer, array, sample, view } = this.getState();
    const key = [job.id, job.state, layer, array, sample, view, this.#begin].join();
    if (job.state !== "running" && key === this.#inspected) return;
    if (key === this.#requested && performance.now() < this.#due) return;
    this.#isBusy = true;
    let rejection = null;
    try {
      await this.#showPredictions(job, `/jobs/${job.id}/predictions?limit=${PAGE}&begin=${this.#begin}`);
      if (view === "all") await this.#showArray(job, `/jobs/${job.id}/snapshot?sample=${Number(sample)}`, layer, array);
    } catch (error) {
      if (error instanceof Unavailable) return; // what is shown stays
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "conflict" && job.state === "running") return void (await this.onEnd());
      rejection = error;
    } finally {
      this.#isBusy = false;
      this.#requested = key;
      this.#due = performance.now() + (view === "all" ? INTERVAL : SIMPLE_INTERVAL);
    }
    if (!this.#isShown(job)) return;
    showError(byId("inspection-error"), rejection, ERRORS);
    this.#inspected = key; // also after a rejection: the same request would be rejected again
  }

  #isShown({ id }) {
    return this.#job.id === id;
  }

  async #showPredictions(job, path) {
    const { predictions, next } = await fetchTrainer(path, { timeout: TIMEOUT });
    if (!this.#isShown(job)) return;
    this.#next = next ?? 0;
    const create = () => h("button", { type: "button" }, createCanvas(), h("span"));
    const buttons = resizeChildren(byId("predictions"), predictions.length, create);
    predictions.forEach(({ index, label, predicted, probabilities, image }, i) => {
      const [button, isCorrect] = [buttons[i], label === predicted];
      const [canvas, caption] = button.children;
      const isSame = button.value === `${index}`;
      if (!isSame) paintRows(canvas, image);
      button.value = index;
      button.classList.toggle("turned", isCorrect && button.dataset.result === "incorrect" && isSame);
      button.dataset.result = isCorrect ? "correct" : "incorrect";
      caption.className = button.dataset.result;
      caption.textContent = isCorrect ? `✓ ${predicted}` : `✗ ${predicted}, was ${label}`;
      const result = isCorrect ? "correct" : `incorrect, was ${label}`;
      button.ariaLabel = `Image ${index}: read ${predicted}, ${result}, confidence ${formatProbability(Math.max(...probabilities))}`;
    });
    const correct = predictions.filter(({ label, predicted }) => label === predicted).length;
    if (job.state === "running" && this.#begin === 0) this.#first ??= correct;
    const atFirst = this.#first === null || this.#begin || this.#first >= correct ? "" : `, ${this.#first} at first`;
    const hint = this.getState().view === "all" ? " Select an image to inspect the network with it." : "";
    byId("predictions-summary").textContent = `${correct} of ${predictions.length} correct${atFirst}.${hint}`;
  }

  async #showArray(job, path, requestedLayer, requestedArray) {
    const rows = this.#arrays ? [] : (await fetchTrainer(`${path}&values=false`, { timeout: TIMEOUT })).layers;
    if (!this.#isShown(job)) return;
    this.#arrays ??= Object.fromEntries(rows.map(({ name, arrays }) => [name, Object.keys(arrays)]));
    const names = Object.keys(this.#arrays);
    const layer = names.includes(requestedLayer) ? requestedLayer : names[1];
    const array = this.#arrays[layer].includes(requestedArray) ? requestedArray : "activations";
    setOptions(byId("layer"), names, layer);
    setOptions(byId("array"), this.#arrays[layer], array);
    const { sample, label, predicted, layers } = await fetchTrainer(`${path}&layer=${layer}&array=${array}`, { timeout: TIMEOUT });
    if (!this.#isShown(job)) return;
    const values = layers[0].arrays[array];
    this.#paint(values);
    showHistogram(byId("histogram"), values.values.flat(Infinity));
    const summary = `${values.shape.join(" × ")} values from ${values.min.toPrecision(3)} to ${values.max.toPrecision(3)}`;
    byId("maps").ariaLabel = `${array.replace("_", " ")} of ${layer}: ${summary}`;
    const verdict = label === predicted ? "correct" : `incorrect, was ${label}`;
    byId("array-summary").textContent = `Image ${sample}: read ${predicted}, ${verdict}. ${summary}.`.replaceAll("-", "−");
    if (document.activeElement !== byId("sample")) byId("sample").value = sample;
  }

  #paint(values) {
    const maps = splitIntoMaps(values);
    const isSigned = values.min < 0;
    const high = Math.max(-values.min, values.max) || 1;
    const scale = { signed: isSigned, low: 0, high };
    resizeChildren(byId("maps"), maps.length, createCanvas).forEach((canvas, i) => {
      paintRows(canvas, maps[i], scale);
      canvas.style.setProperty("aspect-ratio", `${canvas.width} / ${Math.max(canvas.height, canvas.width / 24)}`);
    });
    byId("maps").classList.toggle("one", maps.length === 1);
    const [low, canvas, top] = byId("color-bar").children;
    low.textContent = isSigned ? `−${high.toPrecision(3)}` : "0";
    top.textContent = high.toPrecision(3);
    byId("color-bar").ariaLabel = `Color scale from ${low.textContent} to ${top.textContent}`;
    paintRows(canvas, [RAMP.map((share) => (isSigned ? 2 * share - 1 : share) * high)], scale);
  }
}

function setOptions(select, names, selected) {
  const options = [...select.options].map(({ value }) => value);
  if (String(options) !== String(names)) select.replaceChildren(...names.map((name) => new Option(name.replace("_", " "), name)));
  select.value = selected;
}
