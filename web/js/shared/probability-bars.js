/* A bar chart of the probabilities: per label the mean's bar, the range over the crops, and a mark for one crop. */

import { h } from "./dom.js";
import { argmax, columnRanges, formatProbability } from "./format.js";

const TWO_COLUMNS_FROM = 14; // labels from which on the bars use two columns, where there is room
const FILLED_FROM = 6; // labels from which on the bars fill the height

export class ProbabilityBars {
  #list;
  #rows = [];
  #labels = [];

  constructor(list) {
    this.#list = list;
  }

  /** Create a row for each label, all at zero. */
  setLabels(labels) {
    if (labels.join("\n") === this.#labels.join("\n")) return;
    this.#labels = labels;
    this.#rows = labels.map(makeRow);
    this.#list.classList.toggle("many", labels.length >= TWO_COLUMNS_FROM);
    this.#list.classList.toggle("few", labels.length < FILLED_FROM);
    this.#list.style.setProperty("--rows", labels.length);
    this.#list.style.setProperty("--half", Math.ceil(labels.length / 2));
    this.#list.replaceChildren(...this.#rows.map((row) => row.item));
  }

  /** Show the mean probabilities, one per label, and those of each crop. */
  show(probabilities, crops) {
    const best = argmax(probabilities);
    const ranges = columnRanges(crops);
    this.#list.classList.toggle("with-ranges", crops.length > 1);
    this.#rows.forEach((row, i) => {
      const [low, high] = ranges[i];
      row.item.classList.toggle("best", i === best);
      row.item.ariaCurrent = i === best ? "true" : null;
      row.value.textContent = formatProbability(probabilities[i]);
      row.suffix.textContent = i === best ? ", the prediction" : "";
      row.item.style.setProperty("--value", probabilities[i]);
      row.item.style.setProperty("--low", low);
      row.item.style.setProperty("--span", high - low);
    });
  }

  /** Mark another set of probabilities, such as one crop's, or none with null. */
  mark(probabilities) {
    this.#list.classList.toggle("marked", probabilities !== null);
    this.#rows.forEach((row, i) => row.item.style.setProperty("--mark", probabilities?.[i] ?? 0));
  }

  clear() {
    this.#list.classList.remove("with-ranges", "marked");
    for (const row of this.#rows) {
      row.item.classList.remove("best");
      row.item.ariaCurrent = null;
      row.item.style.setProperty("--value", 0);
      row.value.textContent = row.suffix.textContent = "";
    }
  }
}

function makeRow(label) {
  const [name, value] = [h("span", { class: "name", "data-testid": "bar-label", text: label }), h("span", { class: "value", "data-testid": "bar-value" })];
  const parts = ["fill", "range", "mark"].map((part) => h("span", { class: part }));
  const track = h("span", { class: "track", ariaHidden: true }, ...parts);
  const suffix = h("span", { class: "hidden" });
  return { item: h("li", {}, name, track, value, suffix), value, suffix };
}
