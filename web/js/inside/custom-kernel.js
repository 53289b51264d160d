/* A kernel with editable weights: the page itself computes the image filtered by it, followed by ReLU and max pooling. */

import { byId, h } from "../shared/dom.js";
import { sumProducts, windowCells } from "./layer-math.js";
import { Network } from "./network.js";

const SIDES = [3, 5];
const POOLING = { window: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0] };

/** How a layer of each kind computes a value. */
const COMPUTE = {
  Conv2D: (layer, at) => sumProducts(windowCells(layer, at, 0).flat()),
  ReLU: ({ from: [source] }, at) => Math.max(0, source.at(at)),
  MaxPooling2D: (layer, at) => Math.max(...windowCells(layer, at, 0).flat().map(({ value }) => value)),
};

/** The weights in a text; null if they aren't 9 or 25 numbers. */
function parseWeights(text) {
  const weights = text?.split(",").map(Number);
  return weights && SIDES.some((side) => side * side === weights.length) && weights.every(Number.isFinite) ? weights : null;
}

export class CustomKernel {
  #onChange;
  #weights;
  #image = null;

  /** onChange({kernel, relu}, network, previous) is called with the state for the link and the networks that compute it. */
  constructor(kernel, hasRelu, onChange) {
    this.#onChange = onChange;
    byId("custom-relu").checked = hasRelu;
    byId("custom-relu").addEventListener("change", () => this.#rebuild());
    for (const button of document.querySelectorAll("[data-weights]")) {
      button.addEventListener("click", () => this.#setWeights(parseWeights(button.dataset.weights)));
    }
    for (const radio of document.getElementsByName("side")) {
      radio.addEventListener("change", () => this.#setWeights(resize(this.#weights, Number(radio.value))));
    }
    this.#setWeights(parseWeights(kernel) ?? parseWeights(document.querySelector("[data-weights]").dataset.weights));
  }

  /** Filter another image: rows of 0..255, or null. */
  setImage(image) {
    this.#image = image;
    const [input, ...layers] = this.network.layers;
    input.setValues(image && image.map((row) => row.map((value) => [value / 255])));
    for (const layer of layers) {
      const row = (y) => Array.from({ length: layer.width }, (_, x) => [COMPUTE[layer.kind](layer, [0, y, x])]);
      layer.setValues(image && Array.from({ length: layer.height }, (_, y) => row(y)));
    }
  }

  /** Fill the fields with other weights. */
  #setWeights(weights) {
    this.#weights = weights;
    const side = Math.sqrt(weights.length);
    for (const radio of document.getElementsByName("side")) radio.checked = Number(radio.value) === side;
    const name = (i) => `Row ${Math.floor(i / side) + 1}, column ${(i % side) + 1}`;
    const field = (value, i) => {
      const oninput = ({ target }) => this.#edit(target, i);
      return h("input", { type: "number", step: "any", value, "aria-label": name(i), oninput });
    };
    byId("custom-weights").style.setProperty("--side", side);
    byId("custom-weights").replaceChildren(...weights.map(field));
    this.#rebuild();
  }

  #edit(field, i) {
    field.ariaInvalid = String(field.value === "");
    byId("custom-error").hidden = field.value !== "";
    if (field.value === "") return; // an incomplete number: keep the last one
    this.#weights[i] = Number(field.value);
    this.#rebuild();
  }

  #rebuild() {
    const hasRelu = byId("custom-relu").checked;
    const side = Math.sqrt(this.#weights.length);
    const rows = Array.from({ length: side }, (_, y) => this.#weights.slice(y * side, (y + 1) * side));
    const size = 29 - side;
    const layer = (name, kind, inputs, size, more) => ({ name, kind, inputs, output_shape: [size, size, 1], ...more });
    const kernel = rows.map((row) => row.map((weight) => [[weight]])); // [height][width][in][out]
    const convolution = { window: [side, side], strides: [1, 1], padding: [0, 0, 0, 0], kernel };
    const previous = this.network;
    this.network = new Network([
      layer("image", "InputLayer", [], 28),
      layer("filtered", "Conv2D", ["image"], size, convolution),
      ...(hasRelu ? [layer("rectified", "ReLU", ["filtered"], size)] : []),
      layer("pooled", "MaxPooling2D", [hasRelu ? "rectified" : "filtered"], size / 2, POOLING),
    ]);
    this.setImage(this.#image);
    const state = { kernel: this.#weights.join(","), relu: hasRelu ? "on" : "off" };
    if (previous) this.#onChange(state, this.network, previous);
  }
}

/** A kernel of another side: padded with zeros, or its center. */
function resize(weights, side) {
  const oldSide = Math.sqrt(weights.length);
  const offset = (oldSide - side) / 2;
  return Array.from({ length: side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side) + offset, (i % side) + offset];
    return y >= 0 && x >= 0 && y < oldSide && x < oldSide ? weights[y * oldSide + x] : 0;
  });
}
