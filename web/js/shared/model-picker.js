/* The models: which are loaded, which one answers, and the choice of it in the header. */

import { byId } from "./dom.js";
import { formatCount, formatPercent } from "./format.js";
import { Unavailable } from "./http.js";
import { getCard, getModels } from "./server-api.js";

const PATIENCE = 6_000; // ms that a model is waited for which is not there yet: one just published takes two
const OFTEN = 500; // ms between two looks for it

export class ModelPicker {
  #choose;
  #wanted = null;
  #until = 0;
  #seen = "";
  #timer = 0;

  /** `choose(name)` hears of another choice; when models come, go or change, of what was wanted: null for the server's own. */
  constructor(choose) {
    this.#choose = choose;
    this.select = byId("model");
    this.select.addEventListener("change", () => choose(this.select.value));
    addEventListener("focus", () => this.#look());
    document.addEventListener("visibilitychange", () => document.hidden || this.#look());
  }

  /** Load what there is and the card of the wanted model, or else of the server's default: {name, card, names, missing}.
      missing: in words that the wanted one is not there, or not yet; else null. Throws Unavailable. */
  async load(wanted) {
    const { default: standard, models } = await getModels();
    const names = models.map(({ name }) => name);
    const name = names.includes(wanted) ? wanted : (standard ?? names[0]);
    this.#seen = versions(models);
    if (wanted !== this.#wanted) this.#until = performance.now() + PATIENCE;
    this.#wanted = wanted;
    const other = Boolean(wanted) && wanted !== name;
    const waiting = other && performance.now() < this.#until;
    clearTimeout(this.#timer);
    if (waiting) this.#timer = setTimeout(() => this.#look(), OFTEN);
    if (!name) throw new Unavailable("no_models");
    const card = await getCard(name);
    this.select.replaceChildren(...names.map((each) => new Option(each, each, false, each === name)));
    byId("model-field").hidden = names.length < 2; // with a single one there is nothing to choose
    byId("model-line").textContent = describe(name, card);
    const why = waiting ? `Waiting for the model ${wanted}. Until it comes, ${name} answers.` : `No model is called ${wanted}. Here ${name} answers.`;
    return { name, card, names, missing: other ? why : null };
  }

  /** See whether models came, went or changed since they were loaded; while one is waited for, again and again. */
  async #look() {
    clearTimeout(this.#timer);
    const { models } = await getModels().catch(() => ({})); // a server that is gone is the connection's matter
    const waiting = performance.now() < this.#until && this.#wanted && !models?.some(({ name }) => name === this.#wanted);
    if (models && this.#seen && versions(models) !== this.#seen) this.#choose(this.#wanted);
    else if (waiting) this.#timer = setTimeout(() => this.#look(), OFTEN);
    else if (this.#until && this.#wanted && this.#wanted !== this.select.value) {
      this.#until = 0; // it did not come
      this.#choose(this.#wanted);
    }
  }
}

/** What tells the models of one moment from those of another. */
function versions(models) {
  return JSON.stringify(models.map(({ name, sha256 }) => [name, sha256]));
}

/** What a card says of its model, in a line: a size, and an accuracy with its n. */
function describe(name, { layers, report }) {
  const size = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const about = `The model ${name} has ${formatCount(size)} parameters.`;
  const { accuracy, crops, data } = report;
  if (!data || !crops) return about;
  const averaged = crops.length > 1 ? `, ${crops.length} crops averaged` : "";
  return `${about} It reads ${formatPercent(accuracy)} of ${data.name} right (n\u00a0=\u00a0${formatCount(data.n)}${averaged}).`;
}
