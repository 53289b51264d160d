/* The network: its layers as /explain tells them, and what each has made of a drawing. Pure: knows nothing of the page. */

const EACH_ALONE = ["ReLU", "LeakyReLU", "ELU", "Sigmoid", "Tanh", "BatchNormalization", "Rescaling", "Threshold"];

class Layer {
  /** told: a layer of /explain; from: the layers that it reads. A list of numbers counts as maps of one pixel. */
  constructor(told, from) {
    Object.assign(this, told, { from, values: null, activations: null });
    const shape = told.output_shape;
    this.flat = shape.length !== 3;
    const numbers = shape.reduce((product, side) => product * side, 1);
    [this.height, this.width, this.maps] = this.flat ? [1, 1, numbers] : shape;
    this.sign = told.comparison?.replace(">=", "≥").replace("<=", "≤");
    this.kernel = told.kernel && Float32Array.from(told.kernel.flat(3));
    if (this.kernel) this.inputs = this.kernel.length / (this.window?.[0] ?? 1) / (this.window?.[1] ?? 1) / this.maps;
  }

  /** Whether each number is made of the one number at its place in the layer before. */
  get eachAlone() {
    return EACH_ALONE.includes(this.kind) && this.from.length === 1;
  }

  /** Take values of [height][width][maps], or null for none. */
  take(values) {
    this.values = values && Float32Array.from(values.flat(2), (value) => value ?? NaN); // null: too large for a number
    [this.low, this.high] = [Infinity, -Infinity];
    for (const value of this.values ?? [0]) {
      if (value < this.low) this.low = value;
      if (value > this.high) this.high = value;
    }
  }

  at([map, y, x]) {
    return this.values[(y * this.width + x) * this.maps + map];
  }

  /** The weight between input map `i` and map `o`, at a place in the window. */
  weight(y, x, i, o) {
    return this.kernel[((y * (this.window?.[1] ?? 1) + x) * this.inputs + i) * this.maps + o];
  }

  /** The first of the input maps that a map reads: others than 0 where they are read in groups. */
  first(map) {
    return Math.floor(map / (this.maps / (this.groups ?? 1))) * this.inputs;
  }

  has([map, y, x]) {
    return map >= 0 && y >= 0 && x >= 0 && map < this.maps && y < this.height && x < this.width;
  }

  /** Where a map is strongest: [map, y, x]. */
  strongest(map) {
    let best = [map, 0, 0];
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) if (this.at([map, y, x]) > this.at(best)) best = [map, y, x];
    }
    return best;
  }
}

export class Network {
  /** told: the layers of an answer with kernels. version: which version of the model they are of. */
  constructor(told, version) {
    this.layers = [];
    this.version = version;
    for (const each of told) this.layers.push(new Layer(each, each.inputs.map((name) => this.find(name))));
  }

  find(name) {
    return this.layers.find((layer) => layer.name === name);
  }

  /** Take what the layers made of a drawing: the layers of an answer with activations, or null. */
  take(told) {
    this.layers.forEach((layer, i) => layer.take(told?.[i].activations ?? null));
  }

  /** The layer that takes each number of this one for itself, such as a ReLU; undefined where none does. */
  after(layer) {
    return this.layers.find((next) => next.eachAlone && next.from[0] === layer);
  }

  /** Its layers that are dense, where it has no other weights: then it is a perceptron. */
  get perceptron() {
    const weighted = this.layers.filter((layer) => layer.kernel);
    return weighted.length && weighted.every((layer) => layer.kind === "Dense") ? weighted : null;
  }
}
