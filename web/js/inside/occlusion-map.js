/* The evidence: where on the drawing it lies for and against a label, found by covering one place after the other. */

import { byId, h } from "../shared/dom.js";
import { Atlas, short } from "./feature-maps.js";

export class Evidence {
  #choose;
  #labels = "";
  #answer = null; // {image, evidence, probabilities, labels}
  #label = null;
  #atlas;

  /** choose(label) hears of a choice. */
  constructor(choose) {
    this.#choose = choose;
    const name = "Evidence on the drawing. Arrow keys walk over it.";
    this.#atlas = new Atlas({ maps: 1, height: 28, width: 28, most: 420, name, look: (at) => this.#read(at) });
    byId("evidence-map").append(this.#atlas.element);
  }

  /** Make a choice of labels; `wanted` is chosen, the answer where there is none. */
  setLabels(labels, wanted) {
    this.#label = labels.includes(wanted) ? wanted : null;
    if (labels.join("\n") === this.#labels) return;
    this.#labels = labels.join("\n");
    const choice = (value, text) => {
      const input = h("input", { type: "radio", name: "label", value, checked: value === (this.#label ?? "") });
      input.addEventListener("change", () => {
        this.#label = value || null;
        this.#choose(this.#label);
        this.show(this.#answer);
      });
      return h("label", {}, input, h("span", { text }));
    };
    byId("evidence-labels").replaceChildren(choice("", "the answer"), ...labels.map((label) => choice(label, label)));
  }

  /** Show an answer with evidence, or nothing. */
  show(answer) {
    this.#answer = answer;
    this.#read(this.#atlas.at);
    if (!answer) return this.#atlas.show(null);
    const { image, evidence } = answer;
    const high = evidence.values.flat(2).reduce((most, value) => Math.max(most, Math.abs(value)), 1); // labels compare
    this.#atlas.show({ get: (_, y, x) => this.#values[y][x], high, signed: true, under: (y, x) => image[y][x] / 255 });
    const ends = `−${short(high)} bits orange with −, 0 paper, +${short(high)} bits blue with +`;
    byId("evidence-scale").textContent = `All labels on one scale: ${ends}.`;
  }

  get #shown() {
    const { labels, probabilities } = this.#answer;
    return this.#label === null ? probabilities.indexOf(Math.max(...probabilities)) : labels.indexOf(this.#label);
  }

  get #values() {
    return this.#answer.evidence.values[this.#shown];
  }

  #read(at) {
    const shown = this.#answer && at;
    this.#atlas.mark(shown);
    byId("evidence-value").textContent = shown ? this.#words(at) : "Point at the drawing for its numbers.";
  }

  #words([, y, x]) {
    const value = this.#values[y][x];
    const bits = `${value > 0 ? "+" : ""}${short(value)} bits for ${this.#answer.labels[this.#shown]}`;
    return `Row ${y + 1}, column ${x + 1}: ${bits}.`;
  }
}
