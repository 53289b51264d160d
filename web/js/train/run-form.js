/* The form of a new run, made from what the trainer declares, and what its settings would make: samples, parts, a network. */

import { byId, fillTable, h, showError } from "../shared/dom.js";
import { formatCount } from "../shared/format.js";
import { ApiError } from "../shared/http.js";
import { fetchTrainer } from "../shared/trainer-api.js";
import { picture } from "./network-inspector.js";
import { makeField } from "./setting-field.js";

const SAMPLES = 24;
const boxes = () => [...byId("sets").querySelectorAll("input")];
const known = new Map(); // what was asked, and its answer

export class Form {
  #turn = 0;
  #page = 0;

  /** told, sets: what GET /settings and GET /data tell. `changed()` is called when a value has changed. */
  constructor({ settings, recipes }, sets, changed) {
    Object.assign(this, { recipes, sets, fields: {} });
    for (const each of settings) {
      const field = (this.fields[each.name] = makeField(each, `set-${each.name}`));
      if (each.name !== "data") byId(each.common ? "common" : "rest").append(field.box);
    }
    Object.defineProperty(this.fields.data.input, "value", {
      get: () => String(boxes().filter((box) => box.checked).map((box) => box.value)),
      set: (specs) => boxes().forEach((box) => (box.checked = specs.split(",").includes(box.value))),
    });
    sets.forEach(addSet);
    this.set({}); // what a link says wrongly is refused, and the form whole all the same
    byId("form").addEventListener("input", ({ target }) => {
      if (target.name === "recipe") this.set({ recipe: target.value, data: this.values.data });
      if (target.name) changed();
    });
    byId("more").addEventListener("click", () => {
      this.#page += 1;
      this.preview();
    });
  }

  /** Every setting, as the API takes it. What is no number stays a text, and is refused in words. */
  get values() {
    const read = ({ type, input: { value } }) => {
      if (type === "array") return value.split(/ *, */).filter(Boolean);
      return type === "string" || !value.trim() || Number.isNaN(Number(value)) ? value : Number(value);
    };
    return Object.fromEntries(Object.entries(this.fields).map(([name, field]) => [name, read(field)]));
  }

  /** The recipe, and the settings that differ from its own. */
  get chosen() {
    const { recipe, ...values } = this.values;
    const other = ([name, value]) => String(value) !== String(this.recipes[recipe][name]);
    return { recipe, ...Object.fromEntries(Object.entries(values).filter(other)) };
  }

  /** Every setting as a link carries it. */
  get texts() {
    return Object.fromEntries(Object.entries(this.fields).map(([name, { input }]) => [name, input.value]));
  }

  /** How state.js wants them declared: what a link need not carry is the recipe's. */
  get declared() {
    const own = Object.entries({ ...this.recipes[this.values.recipe], recipe: "inkling" });
    return Object.fromEntries(own.map(([name, value]) => [name, { default: String(value) }]));
  }

  /** Take the values of the recipe that is named, and then those given, also as texts. Throws where a name is none. */
  set({ recipe = "inkling", ...values }) {
    const wrong = [recipe].find((name) => !(name in this.recipes)) ?? Object.keys(values).find((name) => !(name in this.fields));
    if (wrong) throw new Error(`Expected a recipe and names of settings. Received ${wrong}.`);
    for (const spec of String(values.data ?? "").split(",").filter(Boolean)) {
      if (!boxes().some((box) => box.value === spec)) addSet({ name: spec, spec });
    }
    for (const [name, value] of Object.entries({ ...this.recipes[recipe], ...values, recipe })) this.fields[name].input.value = String(value);
    if (!this.values.data.length) boxes().find((box) => !box.disabled).checked = true; // the recipe's own are not here
  }

  /** Say a refusal at the field that it names, or else below the form; nothing with null. */
  refuse(error) {
    const at = /^Expected (\w+)/.exec(error?.message)?.[1];
    for (const [name, { input, refused }] of Object.entries(this.fields)) {
      showError(refused, name === at ? error : null);
      input.ariaInvalid = name === at;
    }
    showError(byId("form-problem"), at in this.fields && at !== "data" ? null : error);
  }

  /** Show what the settings make, unless there are others meanwhile. Throws Unavailable. */
  async preview() {
    const [{ data, seed, validation }, { chosen }, turn] = [this.values, this, ++this.#turn];
    for (const [name, { box }] of Object.entries(this.fields)) box.classList.toggle("own", name in chosen && name !== "recipe");
    const show = async (how, path, json) => {
      if (!known.has(path + JSON.stringify(json))) known.set(path + JSON.stringify(json), await fetchTrainer(path, { json, timeout: 60_000 }));
      if (turn === this.#turn) how(known.get(path + JSON.stringify(json)));
    };
    const sets = this.sets.filter(({ spec, n }) => data.includes(spec) && n);
    const { name, n } = sets[this.#page % sets.length] ?? {}; // they take turns
    const page = (Math.floor(this.#page / sets.length) % Math.ceil(n / SAMPLES)) + 1;
    try {
      await Promise.all([
        show(showNetwork, "/networks", chosen),
        show(showParts, "/splits", { data, seed, validation }),
        n && show(showSamples, `/data/${encodeURIComponent(name)}/samples?limit=${SAMPLES}&page=${page}`),
      ]);
      if (turn === this.#turn) this.refuse(null);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (turn === this.#turn) this.refuse(error);
    }
  }
}

function addSet({ name, spec, n, labels, problem }) {
  const about = problem ?? (labels ? `${formatCount(n)} images of ${labels.length} labels` : "");
  const box = h("input", { type: "checkbox", name: "data", value: spec, disabled: Boolean(problem) });
  byId("sets").append(h("label", { class: "field" }, box, h("span", { text: name }), h("span", { class: "hint", text: about })));
}

function showSamples({ name, samples }) {
  byId("samples-of").textContent = name;
  byId("samples").replaceChildren(...samples.map(({ label, pixels }) => h("figure", {}, picture(pixels), h("figcaption", { text: label }))));
}

function showNetwork({ layers, parameters, multiply_adds }) {
  fillTable("network", layers.map((row) => [row.name, row.kind, h("span", { text: row.output_shape.join(" × ") }), formatCount(row.parameters), formatCount(row.multiply_adds)]));
  byId("network-sum").textContent = `${formatCount(parameters)} parameters; ${formatCount(multiply_adds)} multiply-adds to answer one crop.`;
}

function showParts({ labels, parts: { training, validation, test } }) {
  const all = [training, validation, test];
  const most = Math.max(...labels.map((_, i) => training[i] + validation[i] + test[i]));
  const bar = (i) => h("div", { class: "share" }, ...all.map((part) => {
    const piece = h("i");
    piece.style.setProperty("--n", part[i] / most);
    return piece;
  }));
  fillTable("parts", labels.map((label, i) => [label, ...all.map((part) => formatCount(part[i])), bar(i)]));
  const [learnt, aside, last] = all.map((part) => formatCount(part.reduce((sum, n) => sum + n, 0)));
  byId("parts-sum").textContent = `${learnt} images to learn from, ${aside} kept aside to choose the best weights by, ${last} for the test at the end.`;
}
