/* The bars: a row a label, with the mean's bar, the range of the crops' own answers, and one crop's mark. */

import { argmax, formatProbability, ranges } from "./format.js";

const MANY = 14; // labels from which on the rows stand in two columns, where there is room

export class ProbabilityBars {
  #list;
  #rows = [];
  #labels = [];

  constructor(list) {
    this.#list = list;
  }

  /** Make a row for each label, all at nothing. */
  setLabels(labels) {
    if (labels.join("\n") === this.#labels.join("\n")) return;
    this.#labels = labels;
    this.#rows = labels.map(makeRow);
    this.#list.classList.toggle("many", labels.length >= MANY);
    this.#list.style.setProperty("--rows", labels.length);
    this.#list.style.setProperty("--half", Math.ceil(labels.length / 2));
    this.#list.replaceChildren(...this.#rows.map((row) => row.item));
  }

  /** Show the mean, a probability a label, and the crops', a list of such lists. */
  show(probabilities, crops) {
    const best = argmax(probabilities);
    const spread = ranges(crops);
    this.#list.classList.toggle("spread", crops.length > 1);
    this.#rows.forEach((row, i) => {
      const [low, high] = spread[i];
      row.item.classList.toggle("best", i === best);
      row.value.textContent = formatProbability(probabilities[i]);
      row.best.textContent = i === best ? ", the answer" : "";
      row.item.style.setProperty("--share", probabilities[i]);
      row.item.style.setProperty("--low", low);
      row.item.style.setProperty("--span", high - low);
    });
  }

  /** Mark one crop's probabilities beside the mean, or none with null. */
  mark(probabilities) {
    this.#list.classList.toggle("marked", probabilities !== null);
    this.#rows.forEach((row, i) => row.item.style.setProperty("--mark", probabilities?.[i] ?? 0));
  }

  clear() {
    this.#list.classList.remove("spread", "marked");
    for (const row of this.#rows) {
      row.item.classList.remove("best");
      row.item.style.setProperty("--share", 0);
      row.value.textContent = row.best.textContent = "";
    }
  }
}

function makeRow(label) {
  const item = document.createElement("li");
  const name = span("name", label);
  const track = span("track");
  const value = span("value");
  const best = span("hidden");
  track.setAttribute("aria-hidden", "true");
  track.append(span("fill"), span("range"), span("mark"));
  item.append(name, track, value, best);
  return { item, value, best };
}

function span(className, text = "") {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}
