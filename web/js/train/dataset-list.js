/* The datasets to choose from, which are filled in as the trainer reads them. */

import { byId, h } from "../shared/dom.js";
import { formatCount } from "../shared/format.js";

const FEEDBACK = "feedback";

export class DatasetList {
  #rows = new Map(); // spec -> {dataset, label, box}

  /** The specs of the selected datasets. */
  get selected() {
    return [...this.#rows.values()].filter(({ box }) => box.checked).map(({ box }) => box.value);
  }

  /** Add datasets that the trainer does not list, such as a path. */
  add(specs) {
    for (const spec of specs) if (!this.#rows.has(spec)) this.#show({ name: spec, spec });
  }

  /** Select the datasets with these specs; if there is none of them, the first one. */
  select(specs) {
    for (const [spec, { box }] of this.#rows) box.checked = specs.includes(spec);
    if (!this.selected.length) [...this.#rows.values()].find(({ box }) => !box.disabled).box.checked = true;
  }

  /** The selected datasets that hold images, as the trainer describes them. */
  get usable() {
    return this.selected.map((spec) => this.#rows.get(spec).dataset).filter(({ n }) => n);
  }

  /** Show the datasets of a response of GET /data. Returns whether some are still being read. */
  update(datasets) {
    const isFile = ({ name, spec }) => name !== spec; // of the data folder
    const unreadable = datasets.filter((dataset) => dataset.problem && dataset.n === 0 && isFile(dataset) && !this.#rows.get(dataset.spec)?.box.checked);
    for (const dataset of datasets) {
      if (unreadable.includes(dataset)) this.#remove(dataset);
      else this.#show(dataset);
    }
    const list = unreadable.map(({ name, problem }) => h("li", {}, h("b", { text: name }), h("span", { text: ` ${problem}` })));
    byId("unreadable-datasets").hidden = !list.length;
    byId("unreadable-count").textContent = list.length === 1 ? "1 file is no dataset" : `${list.length} files are no datasets`;
    byId("unreadable-list").replaceChildren(...list);
    return datasets.some(({ n }) => n === null);
  }

  #show(dataset) {
    if (!this.#rows.has(dataset.spec)) this.#add(dataset);
    const row = this.#rows.get(dataset.spec);
    const isReading = dataset.n === null;
    row.dataset = dataset;
    row.note.textContent = describe(dataset);
    row.note.title = isReading ? "" : (dataset.problem ?? "");
    row.box.disabled = Boolean(dataset.problem) && !isReading;
    if (row.box.disabled) row.box.checked = false;
  }

  #add({ name, spec }) {
    const box = h("input", { type: "checkbox", name: "data", value: spec });
    const note = h("span", { class: "hint" });
    const label = h("label", { class: "field" }, box, h("span", { text: name }), note);
    this.#rows.set(spec, { box, note, label });
    byId("datasets").append(label);
  }

  #remove({ spec }) {
    this.#rows.get(spec)?.label.remove();
    this.#rows.delete(spec);
  }
}

function describe({ name, n, labels, problem }) {
  if (n === null) return "reading…";
  if (problem) return name === FEEDBACK && n === 0 ? "no feedback yet" : n === 0 && !labels ? "can’t be read" : "empty";
  return labels ? `${formatCount(n)} images, ${labels.length} labels` : "";
}
