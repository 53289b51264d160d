/* A kernel of one's own: its numbers, and the image seen through it, through ReLU and through pooling, computed in the page. */

import { byId, h } from "../shared/dom.js";
import { cellsOf, total } from "./layer-math.js";
import { Network } from "./network.js";

const SIDES = [3, 5];
const POOL = { window: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0] };

/** How each kind makes a number. */
const MADE = {
  Conv2D: (layer, at) => total(cellsOf(layer, at, 0).flat()),
  ReLU: ({ from: [source] }, at) => Math.max(0, source.at(at)),
  MaxPooling2D: (layer, at) => Math.max(...cellsOf(layer, at, 0).flat().map(({ value }) => value)),
};

/** The numbers of such a text; null where they are no 9 or 25. */
function readKernel(text) {
  const weights = text?.split(",").map(Number);
  return weights && SIDES.some((side) => side * side === weights.length) && weights.every(Number.isFinite) ? weights : null;
}

export class OwnKernel {
  #changed;
  #weights;
  #image = null;

  /** changed({kernel, relu}, network, before) hears of another kernel, and of what computes with it and did before. */
  constructor(kernel, relu, changed) {
    this.#changed = changed;
    byId("own-relu").checked = relu;
    byId("own-relu").addEventListener("change", () => this.#rebuild());
    for (const button of document.querySelectorAll("[data-weights]")) {
      button.addEventListener("click", () => this.#edit(readKernel(button.dataset.weights)));
    }
    for (const radio of document.getElementsByName("side")) {
      radio.addEventListener("change", () => this.#edit(resized(this.#weights, Number(radio.value))));
    }
    this.#edit(readKernel(kernel) ?? readKernel(document.querySelector("[data-weights]").dataset.weights));
  }

  /** See another image through it: rows of 0..255, or null. */
  take(image) {
    this.#image = image;
    const [first, ...others] = this.network.layers;
    first.take(image && image.map((row) => row.map((value) => [value / 255])));
    for (const layer of others) {
      const row = (y) => Array.from({ length: layer.width }, (_, x) => [MADE[layer.kind](layer, [0, y, x])]);
      layer.take(image && Array.from({ length: layer.height }, (_, y) => row(y)));
    }
  }

  /** Put other numbers into the fields. */
  #edit(weights) {
    this.#weights = weights;
    const side = Math.sqrt(weights.length);
    for (const radio of document.getElementsByName("side")) radio.checked = Number(radio.value) === side;
    const name = (i) => `Row ${Math.floor(i / side) + 1}, column ${(i % side) + 1}`;
    const field = (value, i) => {
      const oninput = ({ target }) => this.#type(target, i);
      return h("input", { type: "number", step: "any", value, "aria-label": name(i), oninput });
    };
    byId("own-weights").style.setProperty("--side", side);
    byId("own-weights").replaceChildren(...weights.map(field));
    this.#rebuild();
  }

  #type(field, i) {
    field.ariaInvalid = String(field.value === "");
    byId("own-problem").hidden = field.value !== "";
    if (field.value === "") return; // half a number: the last one counts
    this.#weights[i] = Number(field.value);
    this.#rebuild();
  }

  #rebuild() {
    const relu = byId("own-relu").checked;
    const side = Math.sqrt(this.#weights.length);
    const rows = Array.from({ length: side }, (_, y) => this.#weights.slice(y * side, (y + 1) * side));
    const made = 29 - side;
    const layer = (name, kind, inputs, size, more) => ({ name, kind, inputs, output_shape: [size, size, 1], ...more });
    const kernel = rows.map((line) => line.map((weight) => [[weight]])); // [height][width][in][out]
    const conv = { window: [side, side], strides: [1, 1], padding: [0, 0, 0, 0], kernel };
    const before = this.network;
    this.network = new Network([
      layer("image", "InputLayer", [], 28),
      layer("filtered", "Conv2D", ["image"], made, conv),
      ...(relu ? [layer("rectified", "ReLU", ["filtered"], made)] : []),
      layer("pooled", "MaxPooling2D", [relu ? "rectified" : "filtered"], made / 2, POOL),
    ]);
    this.take(this.#image);
    const kept = { kernel: this.#weights.join(","), relu: relu ? "on" : "off" };
    if (before) this.#changed(kept, this.network, before);
  }
}

/** A kernel of another side: zeros around it, or its middle. */
function resized(weights, side) {
  const old = Math.sqrt(weights.length);
  const by = (old - side) / 2;
  return Array.from({ length: side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side) + by, (i % side) + by];
    return y >= 0 && x >= 0 && y < old && x < old ? weights[y * old + x] : 0;
  });
}
