/* The form for a new run, generated from the trainer's declarations, with a preview: samples, split and network. */

import { byId, h, showError } from "../shared/dom.js";
import { ApiError } from "../shared/http.js";
import { fetchTrainer } from "../shared/trainer-api.js";
import { DatasetList } from "./dataset-list.js";
import { showNetwork, showSamples, showSplit } from "./run-preview.js";
import { createField } from "./setting-field.js";

const SAMPLES = 24; // per page
const PREVIEW_TIMEOUT = 60_000; // ms: a large dataset is read first
const ERRORS = { invalid_input: "These settings don’t work together. Check those marked as changed." };
const LAYERS_ERROR = "These layers don’t make a network: check the syntax, and that each kernel fits into the image it gets.";

export class RunForm {
  #controller = new AbortController(); // of the newest preview
  #page = 0; // of samples
  #responses = new Map(); // path and body -> response

  /** declarations, data: the responses of GET /settings and GET /data; `onChange()` is called when a value has changed. */
  constructor({ settings, recipes }, { data }, onChange) {
    Object.assign(this, { recipes, datasets: new DatasetList(), fields: {} });
    const groups = {};
    for (const setting of settings) {
      const field = (this.fields[setting.name] = createField(setting, `setting-${setting.name}`));
      if (setting.name === "data") continue;
      if (setting.common) byId("common-settings").append(field.element);
      else (groups[setting.group] ??= h("div", { class: "fields" })).append(field.element);
    }
    for (const [group, fields] of Object.entries(groups)) byId("other-settings").append(h("h4", { text: group }), fields);
    Object.defineProperty(this.fields.data.input, "value", {
      get: () => String(this.datasets.selected),
      set: (specs) => this.datasets.select(specs.split(",").filter(Boolean)),
    });
    this.datasets.update(data);
    this.setValues({});
    byId("run-form").addEventListener("input", ({ target }) => {
      if (target.name === "recipe") this.setValues({ recipe: target.value, data: this.values.data });
      if (target.name) onChange();
    });
    byId("next-samples").addEventListener("click", () => {
      this.#page += 1;
      this.preview();
    });
  }

  /** All settings, as the API takes them. */
  get values() {
    const parse = ({ type, input: { value } }) => {
      if (type === "array") return value.split(/ *, */).filter(Boolean);
      return type === "string" || !value.trim() || Number.isNaN(Number(value)) ? value : Number(value);
    };
    return Object.fromEntries(Object.entries(this.fields).map(([name, field]) => [name, parse(field)]));
  }

  /** The recipe, and the settings that differ from it. */
  get changedValues() {
    const { recipe, ...values } = this.values;
    const isChanged = ([name, value]) => String(value) !== String(this.recipes[recipe][name]);
    return { recipe, ...Object.fromEntries(Object.entries(values).filter(isChanged)) };
  }

  /** All settings as texts, for the URL. */
  get texts() {
    return Object.fromEntries(Object.entries(this.fields).map(([name, { input }]) => [name, input.value]));
  }

  /** The settings as url-state.js declares parameters; the recipe's values are the defaults. */
  get declared() {
    const defaults = Object.entries({ ...this.recipes[this.values.recipe], recipe: "inkling" });
    return Object.fromEntries(defaults.map(([name, value]) => [name, { default: String(value) }]));
  }

  /** Fill in the values of a recipe, and then those given, also as texts. Returns an unknown name, and then changes nothing. */
  setValues({ recipe = "inkling", ...values }) {
    if (!(recipe in this.recipes)) return recipe;
    const unknown = Object.keys(values).find((name) => !(name in this.fields));
    if (unknown) return unknown;
    this.datasets.add(String(values.data ?? "").split(",").filter(Boolean));
    for (const [name, value] of Object.entries({ ...this.recipes[recipe], ...values, recipe })) this.fields[name].input.value = String(value);
    return null;
  }

  /** Show an error, or a sentence, below the form; hide it with null. */
  showError(error) {
    showError(byId("form-error"), error, ERRORS);
  }

  /** Show at each field what is wrong with its value. Returns whether all values are valid. */
  #validate() {
    const fields = Object.values(this.fields);
    for (const { input, error, problem } of fields) {
      showError(error, problem);
      input.ariaInvalid = String(Boolean(problem));
    }
    return fields.every(({ problem }) => !problem);
  }

  /** Abort the requests of the preview, which would take connections from others: a browser opens six to a service. */
  cancelPreview() {
    this.#controller.abort();
    this.#controller = new AbortController();
  }

  /** Show samples, split and network for the settings; the next preview aborts this one. Throws Unavailable. */
  async preview() {
    this.cancelPreview();
    const { signal } = this.#controller;
    const [{ data, labels, seed, validation_split, folds, fold }, changed] = [this.values, this.changedValues];
    for (const [name, { element }] of Object.entries(this.fields)) element.classList.toggle("changed", name in changed && name !== "recipe");
    if (!this.#validate()) return;
    const show = async (display, path, json) => {
      const key = path + JSON.stringify(json);
      if (!this.#responses.has(key)) this.#responses.set(key, await fetchTrainer(path, { json, signal, timeout: PREVIEW_TIMEOUT }));
      if (!signal.aborted) display(this.#responses.get(key));
    };
    const datasets = this.datasets.usable;
    const { name, n } = datasets[this.#page % datasets.length] ?? {}; // several datasets alternate
    const page = (Math.floor(this.#page / datasets.length) % Math.ceil(n / SAMPLES)) + 1;
    const markLayers = (error) => {
      throw error.code === "invalid_input" && "layers" in changed ? Object.assign(error, { field: "layers" }) : error;
    };
    try {
      await Promise.all([
        show(showNetwork, "/networks", changed).catch(markLayers),
        show(showSplit, "/splits", { data, labels, seed, validation_split, folds, fold }),
        n && show(showSamples, `/data/${encodeURIComponent(name)}/samples?limit=${SAMPLES}&page=${page}`),
      ]);
      if (!signal.aborted) this.showError(null);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.#showRejection(error);
    }
  }

  #showRejection(error) {
    this.showError(error.field ? null : error);
    if (!error.field) return;
    showError(this.fields[error.field].error, LAYERS_ERROR);
    this.fields[error.field].input.ariaInvalid = "true";
  }
}
