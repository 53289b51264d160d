/* The look into a run: what its network answers to images kept aside, and a layer's numbers at one of them, as it learns. */

import { byId, h, showError } from "../shared/dom.js";
import { formatProbability } from "../shared/format.js";
import { paintHeatmap } from "../shared/heatmap.js";
import { ApiError, Unavailable } from "../shared/http.js";
import { onThemeChange } from "../shared/theme.js";
import { fetchTrainer } from "../shared/trainer-api.js";

const PATIENCE = 60_000; // ms: who looks into a run that is over may wait until TensorFlow is loaded
const OFTEN = 1_500; // ms between two looks: each takes the fit some hundredths of a second
const range = (n) => Array.from({ length: n }, (_, i) => i);
const pixels = () => h("canvas", { class: "pixels" });

onThemeChange(() => document.querySelectorAll(".pixels").forEach((canvas) => canvas.painted && paintHeatmap(canvas, ...canvas.painted)));

/** A canvas with rows of numbers on it. */
export function picture(rows, how = { low: 0, high: 255 }, canvas = pixels()) {
  canvas.painted = [rows, how];
  paintHeatmap(canvas, rows, how);
  return canvas;
}

/** The maps of a layer's array, as rows each: one a channel, or one an output of a kernel, with its inputs in a square. */
function mapsOf({ shape, values }) {
  const [, , inputs, outputs] = shape;
  if (shape.length === 1) return [[values]];
  if (shape.length === 2) return [values[0].map((_, to) => values.map((row) => row[to]))];
  if (shape.length === 3) return range(inputs).map((map) => values.map((row) => row.map((pixel) => pixel[map])));
  const side = Math.ceil(Math.sqrt(inputs));
  const line = (row, band, to) => range(side).flatMap((i) => row.map((pixel) => pixel[band * side + i]?.[to] ?? 0));
  return range(outputs).map((to) => range(Math.ceil(inputs / side)).flatMap((band) => values.map((row) => line(row, band, to))));
}

/** Have as many children in a place as there are things to show. */
function make(place, n, one) {
  if (place.children.length !== n) place.replaceChildren(...range(n).map(one));
  return [...place.children];
}

export class Looks {
  #job = null;
  #seen = "";
  #begin = 0;
  #next = 0;
  #layers = null; // {layer: [names of its arrays]}
  #busy = false;

  /** state(): {layer, what, sample} of the moment; `keep(part)` keeps others. */
  constructor(state, keep) {
    this.state = state;
    const choose = (part) => {
      keep(part);
      this.#look();
    };
    for (const name of ["layer", "what", "sample"]) byId(name).addEventListener("change", ({ target }) => choose({ [name]: target.value }));
    byId("answers").addEventListener("click", ({ target }) => {
      const index = target.closest("button")?.value;
      if (index) choose({ sample: (byId("sample").value = index) });
    });
    byId("others").addEventListener("click", () => {
      this.#begin = this.#next;
      this.#look();
    });
    setInterval(() => this.#look(), OFTEN);
  }

  /** Look into a job, as it stands, from now on. */
  show(job) {
    if (job.id !== this.#job?.id) [this.#layers, this.#begin, this.#seen] = [null, 0, ""];
    this.#job = job;
  }

  async #look() {
    const job = this.#job;
    if (!job?.progress || this.#busy || document.hidden) return; // before the first step there is nothing to see
    const { layer, what, sample } = this.state();
    const key = [job.id, job.state, layer, what, sample, this.#begin].join();
    if (job.state !== "running" && key === this.#seen) return;
    this.#busy = true;
    let refused = null;
    try {
      const here = `/jobs/${job.id}`;
      await this.#answers(job, `${here}/predictions?limit=24&begin=${this.#begin}`);
      await this.#inside(job, `${here}/snapshot?sample=${Number(sample)}`, layer, what);
    } catch (error) {
      if (error instanceof Unavailable) return; // late or gone: what is there stays
      if (!(error instanceof ApiError)) throw error;
      refused = error;
    } finally {
      this.#busy = false;
    }
    if (!this.#shows(job)) return;
    showError(byId("look-problem"), refused);
    this.#seen = key; // where it is refused, to ask again would say the same
  }

  /** Whether a job is the one that is looked into still. */
  #shows({ id }) {
    return this.#job.id === id;
  }

  async #answers(job, path) {
    const { predictions, next } = await fetchTrainer(path, { timeout: PATIENCE });
    if (!this.#shows(job)) return;
    this.#next = next ?? 0;
    const buttons = make(byId("answers"), predictions.length, () => h("button", { type: "button" }, pixels(), h("span")));
    predictions.forEach(({ index, label, predicted, probabilities, image }, i) => {
      const [button, good] = [buttons[i], label === predicted];
      if (button.value !== String(index)) picture(image, undefined, button.firstChild);
      button.value = index;
      button.lastChild.className = good ? "correct" : "incorrect";
      button.lastChild.textContent = good ? `✓ ${predicted}` : `✗ ${predicted} for ${label}`;
      button.ariaLabel = `${button.lastChild.textContent}: image ${index}, ${formatProbability(Math.max(...probabilities))} sure`;
    });
    const right = predictions.filter(({ label, predicted }) => label === predicted).length;
    byId("answers-sum").textContent = `${right} of these ${predictions.length} are right. Choose one to look inside at it.`;
  }

  async #inside(job, path, wanted, kind) {
    const table = this.#layers ?? (await fetchTrainer(`${path}&values=false`)).layers.map(({ name, arrays }) => [name, Object.keys(arrays)]);
    if (!this.#shows(job)) return;
    this.#layers = this.#layers ?? Object.fromEntries(table);
    const names = Object.keys(this.#layers);
    const layer = names.includes(wanted) ? wanted : names[1];
    const what = this.#layers[layer].includes(kind) ? kind : "activations";
    offer(byId("layer"), names, layer);
    offer(byId("what"), this.#layers[layer], what);
    const { sample, label, answer, layers } = await fetchTrainer(`${path}&layer=${layer}&array=${what}`);
    if (!this.#shows(job)) return;
    const array = layers[0].arrays[what];
    const maps = mapsOf(array);
    const how = { signed: array.min < 0, low: 0, high: Math.max(-array.min, array.max) || 1 };
    make(byId("maps"), maps.length, pixels).forEach((canvas, i) => {
      picture(maps[i], how, canvas);
      canvas.style.setProperty("aspect-ratio", `${canvas.width} / ${Math.max(canvas.height, canvas.width / 24)}`);
    });
    byId("maps").classList.toggle("one", maps.length === 1);
    const figures = `${array.shape.join(" × ")} numbers from ${array.min.toPrecision(3)} to ${array.max.toPrecision(3)}`;
    byId("maps").ariaLabel = `${what.replace("_", " ")} of ${layer}: ${figures}`;
    byId("inside-sum").textContent = `Image ${sample}, a ${label}, is read as ${answer} ${label === answer ? "✓" : "✗"}. ${figures}.`;
    if (document.activeElement !== byId("sample")) byId("sample").value = sample;
  }
}

function offer(select, names, chosen) {
  if (select.textContent !== names.join("")) select.replaceChildren(...names.map((name) => new Option(name)));
  select.value = chosen;
}
