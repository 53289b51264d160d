/* The loaded models, the current one, and the select element in the header. */

import { byId } from "./dom.js";
import { formatCount, formatPercent } from "./format.js";
import { Unavailable } from "./http.js";
import { cardLink, fileLink } from "./model-links.js";
import { getCard, getModels } from "./server-api.js";

const MAX_WAIT = 6_000; // ms to wait for a model that isn't loaded yet: a published one takes two seconds
const POLL_INTERVAL = 500; // ms

export class ModelPicker {
  #onChange;
  #requested = null;
  #deadline = 0;
  #versions = "";
  #timer = 0;

  /** `onChange(name)` is called when the user chooses another model, and with the requested name (null for the default) when
      models were loaded, unloaded or replaced. */
  constructor(onChange) {
    this.#onChange = onChange;
    this.select = byId("model");
    this.select.addEventListener("change", () => onChange(this.select.value));
    addEventListener("focus", () => this.#poll());
    document.addEventListener("visibilitychange", () => document.hidden || this.#poll());
  }

  /** Load the list of models and the card of the requested one, or of the default: {name, card, names, notice}.
      notice: [sentence, code] if the requested model isn't loaded, otherwise null. Throws Unavailable. */
  async load(requested) {
    const { default: standard, models } = await getModels();
    const names = models.map(({ name }) => name);
    const name = names.includes(requested) ? requested : (standard ?? names[0]);
    this.#versions = versionsOf(models);
    if (requested !== this.#requested) this.#deadline = performance.now() + MAX_WAIT;
    this.#requested = requested;
    const isMissing = Boolean(requested) && requested !== name;
    const isWaiting = isMissing && performance.now() < this.#deadline;
    clearTimeout(this.#timer);
    if (isWaiting) this.#timer = setTimeout(() => this.#poll(), POLL_INTERVAL);
    if (!name) throw new Unavailable("no_models");
    const card = await getCard(name);
    this.select.replaceChildren(...names.map((each) => new Option(each, each, false, each === name)));
    byId("model-field").hidden = names.length < 2; // nothing to choose from
    byId("model-line").replaceChildren(describe(name, card), " Download the ", fileLink(name, "ONNX file"), " or its ", cardLink(name), ".");
    const waiting = [`Waiting for model ${requested}. Using ${name} until then.`, "waiting_for_model"];
    const missing = [`Model ${requested} doesn't exist. Using ${name}.`, "model_not_found"];
    return { name, card, names, notice: isWaiting ? waiting : isMissing ? missing : null };
  }

  /** Check for loaded, unloaded or replaced models; while waiting for one, check again. */
  async #poll() {
    clearTimeout(this.#timer);
    const { models } = await getModels().catch(() => ({})); // the connection handles a server that is down
    const isWaiting = performance.now() < this.#deadline && this.#requested && !models?.some(({ name }) => name === this.#requested);
    if (models && this.#versions && versionsOf(models) !== this.#versions) this.#onChange(this.#requested);
    else if (isWaiting) this.#timer = setTimeout(() => this.#poll(), POLL_INTERVAL);
    else if (this.#deadline && this.#requested && this.#requested !== this.select.value) {
      this.#deadline = 0; // the model was not loaded in time
      this.#onChange(this.#requested);
    }
  }
}

/** A text that changes when any model does. */
function versionsOf(models) {
  return JSON.stringify(models.map(({ name, sha256 }) => [name, sha256]));
}

/** A line about a model: its size, and its accuracy with n. */
function describe(name, { layers, report }) {
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const size = `Model ${name}: ${formatCount(parameters)} parameters`;
  const { accuracy, crops, data } = report;
  if (!data || !crops) return `${size}.`;
  const averaged = crops.length > 1 ? `, mean of ${crops.length} crops` : "";
  return `${size}, accuracy ${formatPercent(accuracy)} on ${data.name} (n\u00a0=\u00a0${formatCount(data.n)}${averaged}).`;
}
