/* A network: its layers as /explain describes them, and their values for the current drawing. Independent of the page. */

const ELEMENTWISE = ["ReLU", "Sigmoid", "Rescaling", "Threshold"];

class Layer {
  /** description: a layer of /explain; from: its input layers. A vector counts as maps of one pixel. */
  constructor(description, from) {
    Object.assign(this, description, { from, values: null, activations: null });
    const shape = description.output_shape;
    this.isFlat = shape.length !== 3;
    const size = shape.reduce((product, side) => product * side, 1);
    [this.height, this.width, this.maps] = this.isFlat ? [1, 1, size] : shape;
    this.comparisonSign = description.comparison?.replace(">=", "≥").replace("<=", "≤");
    this.kernel = description.kernel && Float32Array.from(description.kernel.flat(3));
    if (this.kernel) this.maxWeight = this.kernel.reduce((max, weight) => Math.max(max, Math.abs(weight)), 0);
    if (this.kernel) this.inputs = this.kernel.length / (this.window?.[0] ?? 1) / (this.window?.[1] ?? 1) / this.maps;
  }

  /** Whether each value is computed from the one input value at the same position. */
  get isElementwise() {
    return ELEMENTWISE.includes(this.kind);
  }

  /** Whether this layer divides logits by a temperature: it multiplies by 1 / T. */
  get isTemperature() {
    return this.kind === "Rescaling" && this.isFlat;
  }

  /** The color scale for the current values, {high, signed}; null without values. */
  get colorScale() {
    return this.values && { high: Math.max(this.high, -this.low) || 1, signed: this.low < 0 };
  }

  /** Set the values, [height][width][maps], or null for none. */
  setValues(values) {
    this.values = values && Float32Array.from(values.flat(2), (value) => value ?? NaN); // null: an infinite value
    [this.low, this.high] = [Infinity, -Infinity];
    for (const value of this.values ?? [0]) {
      if (value < this.low) this.low = value;
      if (value > this.high) this.high = value;
    }
  }

  at([map, y, x]) {
    return this.values[(y * this.width + x) * this.maps + map];
  }

  /** The weight between input map `i` and map `o`, at a position in the window. */
  weight(y, x, i, o) {
    return this.kernel[((y * (this.window?.[1] ?? 1) + x) * this.inputs + i) * this.maps + o];
  }

  has([map, y, x]) {
    return map >= 0 && y >= 0 && x >= 0 && map < this.maps && y < this.height && x < this.width;
  }

  /** The lowest value of a map. */
  lowest(map) {
    let low = Infinity;
    for (let i = map; i < this.values.length; i += this.maps) low = Math.min(low, this.values[i]);
    return low;
  }

  /** The position of a map's maximum: [map, y, x]. */
  maximum(map) {
    let best = [map, 0, 0];
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) if (this.at([map, y, x]) > this.at(best)) best = [map, y, x];
    }
    return best;
  }
}

export class Network {
  /** descriptions: the layers of a result of `explain` with kernels. version: of the model. */
  constructor(descriptions, version) {
    this.layers = [];
    this.version = version;
    for (const each of descriptions) this.layers.push(new Layer(each, each.inputs.map((name) => this.find(name))));
  }

  find(name) {
    return this.layers.find((layer) => layer.name === name);
  }

  /** Set the values of all layers: the layers of a result of `explain` with activations, or null. */
  setValues(results) {
    this.layers.forEach((layer, i) => layer.setValues(results?.[i].activations ?? null));
  }

  /** The elementwise layer after this one, such as a ReLU; undefined if there is none. */
  activationOf(layer) {
    return this.layers.find((next) => next.isElementwise && next.from[0] === layer);
  }

  /** The dense layers of a perceptron; null if the network has other weights. */
  get denseLayers() {
    const weighted = this.layers.filter((layer) => layer.kernel);
    return weighted.length > 0 && weighted.every((layer) => layer.kind === "Dense") ? weighted : null;
  }
}
