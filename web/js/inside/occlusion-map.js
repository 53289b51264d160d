/* The occlusion map: how much each part of the drawing speaks for or against a label, measured by covering it. */

import { ColorBar, formatShort } from "../shared/color-scale.js";
import { byId, h } from "../shared/dom.js";
import { FeatureMaps } from "./feature-maps.js";

export class OcclusionMap {
  #onChoose;
  #labels = "";
  #result = null; // {image, occlusion, probabilities, labels}
  #label = null; // null for the predicted one
  #maps;
  #colorBar = new ColorBar();

  /** onChoose(label) is called when a label is chosen. */
  constructor(onChoose) {
    this.#onChoose = onChoose;
    const name = "Occlusion map of the drawing. Use the arrow keys to move.";
    this.#maps = new FeatureMaps({ maps: 1, height: 28, width: 28, maxSide: 420, name, onPoint: (at) => this.#showValue(at) });
    byId("occlusion-map").append(this.#maps.element, this.#colorBar.element);
  }

  /** Offer labels to choose from; `chosen` is selected, or the predicted label if it isn't one of them. */
  setLabels(labels, chosen) {
    this.#label = labels.includes(chosen) ? chosen : null;
    if (labels.join("\n") === this.#labels) return;
    this.#labels = labels.join("\n");
    const option = (value, text) => {
      const input = h("input", { type: "radio", name: "label", value, checked: value === (this.#label ?? "") });
      input.addEventListener("change", () => {
        this.#label = value || null;
        this.#onChoose(this.#label);
        this.show(this.#result);
      });
      return h("label", {}, input, h("span", { text }));
    };
    byId("occlusion-labels").replaceChildren(option("", "prediction"), ...labels.map((label) => option(label, label)));
  }

  /** Show a result of `explain` with an occlusion map, or nothing. */
  show(result) {
    this.#result = result;
    this.#showValue(this.#maps.position);
    if (!result) {
      this.#colorBar.show(null);
      return this.#maps.show(null);
    }
    const { image, occlusion } = result;
    const high = occlusion.values.flat(2).reduce((max, value) => Math.max(max, Math.abs(value)), 1); // one scale for all labels
    this.#maps.show({ get: (_, y, x) => this.#values[y][x], high, signed: true, background: (y, x) => image[y][x] / 255 });
    this.#colorBar.show({ high, signed: true, unit: " bits", texts: ["against", "for"] });
  }

  get #index() {
    const { labels, probabilities } = this.#result;
    return this.#label === null ? probabilities.indexOf(Math.max(...probabilities)) : labels.indexOf(this.#label);
  }

  get #values() {
    return this.#result.occlusion.values[this.#index];
  }

  #showValue(at) {
    const isShown = this.#result && at;
    this.#maps.outline(isShown ? at : null);
    byId("occlusion-value").textContent = isShown ? this.#describe(at) : "Point at the map to read a value.";
  }

  #describe([, y, x]) {
    const value = this.#values[y][x];
    const bits = `${value > 0 ? "+" : ""}${formatShort(value)} bits for ${this.#result.labels[this.#index]}`;
    return `Row ${y + 1}, column ${x + 1}: ${bits}.`;
  }
}
