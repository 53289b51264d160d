/* A perceptron as a node-link diagram on a canvas: its inputs as a bitmap, a line for every weight. A line's width shows the
   weight's magnitude; negative weights are dashed and in --counter. Changed weights glow and fade. Styles: network-diagram.css. */

import { h } from "./dom.js";
import { formatProbability, formatSigned } from "./format.js";
import { color, onThemeChange } from "./theme.js";

const GLOW_TIME = 1600; // ms
const DESCRIBED_WEIGHTS = 4; // how many of a neuron's weights are described in words: the largest
const LABEL_WIDTH = 6.75; // em for the labels and their probabilities
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export class NetworkDiagram {
  #output = h("output");
  #network;
  #state;
  #previousWeights;
  #changedAt = -Infinity;
  #nodes = []; // a list per layer of {l, i, x, y, r}, as last painted
  #selected = null;
  #isQueued = false;

  /** figure: an empty <figure>; network: see `setNetwork`. */
  constructor(figure, network) {
    this.canvas = h("canvas", { tabIndex: 0, role: "application", onkeydown: (event) => this.#handleKey(event) });
    for (const type of ["pointermove", "pointerdown"]) this.canvas.addEventListener(type, (event) => this.#handlePointer(event));
    for (const type of ["pointerleave", "blur"]) this.canvas.addEventListener(type, () => this.#select(null));
    figure.classList.add("network-diagram");
    figure.replaceChildren(this.canvas, this.#output);
    new ResizeObserver(() => this.#paint()).observe(this.canvas);
    onThemeChange(() => this.#queuePaint());
    this.setNetwork(network);
  }

  /** Show another network. sizes: neurons per layer, starting with a square of inputs; labels: those of the last layer. */
  setNetwork({ sizes, labels }) {
    this.#network = { sizes, labels, side: Math.sqrt(sizes[0]) };
    this.#state = { weights: [], activations: [] };
    const weights = sizes.slice(1).reduce((sum, size, l) => sum + size * sizes[l], 0);
    this.canvas.ariaLabel = `Network: ${sizes.join(" to ")} neurons, ${weights} weights. Use the arrow keys to select a neuron.`;
    this.#select(null);
  }

  /** Show weights, [from][to] per layer, and optionally the activations of each layer, inputs first, and the probabilities. */
  show({ weights, activations = [], probabilities = null }) {
    const previous = this.#state.weights;
    this.#state = { weights, activations, probabilities };
    if (JSON.stringify(weights) !== JSON.stringify(previous)) {
      this.#previousWeights = previous;
      this.#changedAt = performance.now();
    }
    this.#select(this.#selected);
  }

  #queuePaint() {
    this.#isQueued ||= Boolean(requestAnimationFrame(() => this.#paint()));
  }

  #paint() {
    this.#isQueued = false;
    const { canvas } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !height) return;
    const context = canvas.getContext("2d");
    const em = parseFloat(getComputedStyle(canvas).fontSize);
    const size = [width, height].map((length) => Math.round(length * devicePixelRatio));
    if (String(size) !== String([canvas.width, canvas.height])) [canvas.width, canvas.height] = size;
    context.setTransform(size[0] / width, 0, 0, size[1] / height, 0, 0);
    context.clearRect(0, 0, width, height);
    this.#placeNodes(width, height, em);
    const glow = reducedMotion.matches ? 1 : Math.max(0, 1 - (performance.now() - this.#changedAt) / GLOW_TIME);
    this.#paintWeights(context, glow);
    this.#paintNodes(context, em);
    if (glow > 0 && glow < 1) this.#queuePaint();
  }

  #paintWeights(context, fade) {
    const [positive, negative] = ["--accent", "--counter"].map(color);
    const selected = this.#selected;
    const lines = this.#state.weights.flatMap((layer, l) => {
      const changes = layer.map((row, i) => row.map((w, j) => Math.abs(w - (this.#previousWeights[l]?.[i][j] ?? w))));
      const max = Math.max(1, ...layer.flat().map(Math.abs)); // an untrained network's lines are faint
      const maxChange = Math.max(1e-9, ...changes.flat()) / fade;
      const ends = (i, j) => [this.#nodes[l][i], this.#nodes[l + 1][j]];
      const line = (w, i, j) => ({ w, ends: ends(i, j), strength: Math.abs(w) / max, glow: changes[i][j] / maxChange });
      return layer.flatMap((row, i) => row.map((w, j) => line(w, i, j)));
    });
    for (const { w, ends, strength, glow } of lines.sort((a, b) => a.strength + a.glow - b.strength - b.glow)) {
      if (selected && !ends.some(({ l, i }) => l === selected.l && i === selected.i)) continue;
      context.strokeStyle = w < 0 ? negative : positive;
      context.setLineDash(w < 0 ? [4, 3] : []);
      context.lineWidth = 0.5 + 2.5 * strength + 2 * glow;
      context.globalAlpha = Math.min(1, (selected ? 0.3 : 0.06) + 0.7 * strength + 0.6 * glow);
      context.beginPath();
      for (const { x, y } of ends) context.lineTo(x, y);
      context.stroke();
    }
    context.setLineDash([]);
  }

  #paintNodes(context, em) {
    const [ink, paper, edge, text, positive, negative] = ["--ink", "--surface", "--edge", "--text", "--accent", "--counter"].map(color);
    const { weights, activations, probabilities } = this.#state;
    const selected = this.#selected;
    context.textBaseline = "middle";
    for (const { l, i, x, y, r } of this.#nodes.flat()) {
      const isSelected = selected?.l === l && selected.i === i;
      const isLast = l === this.#nodes.length - 1;
      const distance = selected ? selected.l - l : 0; // 1: feeds the selected node, -1: fed by it
      const weight = (distance === 1 ? weights[l]?.[i][selected.i] : distance === -1 ? weights[selected.l]?.[selected.i][i] : 0) ?? 0;
      const showsWeight = l === 0 && distance === 1; // the weights of a hidden neuron form an image
      const [fill, alpha] = showsWeight ? [weight < 0 ? negative : positive, Math.abs(weight)] : [ink, activations[l]?.[i] ?? 0];
      context.beginPath();
      if (l) context.arc(x, y, r, 0, 7);
      else context.rect(x - r, y - r, 2 * r, 2 * r);
      Object.assign(context, { fillStyle: paper, globalAlpha: 1 }).fill();
      Object.assign(context, { fillStyle: fill, globalAlpha: Math.min(1, alpha) }).fill();
      Object.assign(context, { globalAlpha: 1, lineWidth: isSelected ? 3 : 1, strokeStyle: isSelected ? text : edge }).stroke();
      const isSmall = showsWeight && r < 9; // room for the sign only
      const number = weight ? formatSigned(weight) : isLast && probabilities ? formatProbability(probabilities[i]) : "";
      const caption = isLast ? `${this.#network.labels[i]}  ${number}` : isSmall ? number.slice(0, 1) : number;
      context.font = `600 ${Math.min(isLast ? em : 0.8 * em, (showsWeight && !isSmall ? 0.7 : 1.6) * r)}px system-ui, sans-serif`;
      context.fillStyle = showsWeight && alpha > 0.5 ? paper : text;
      context.textAlign = showsWeight ? "center" : distance === 1 ? "right" : "left";
      const left = showsWeight ? x : distance === 1 ? x - r - 6 : x + r + 6;
      context.fillText(caption, left, y, showsWeight ? 1.9 * r : LABEL_WIDTH * em - r - 6);
    }
  }

  /** The inputs as a square on the left, then a column per layer, and room for the labels on the right. */
  #placeNodes(width, height, em) {
    const { sizes, side } = this.#network;
    const pitch = Math.min(height - 4, 0.38 * width) / side;
    const columnWidth = (width - LABEL_WIDTH * em - side * pitch) / (sizes.length - 1.3);
    this.#nodes = sizes.map((size, l) => {
      const [gap, columns, rows] = l ? [Math.min(height / size, 4 * em), 1, size] : [pitch, side, side];
      return Array.from({ length: size }, (_, i) => ({
        ...{ l, i },
        x: l ? side * pitch + columnWidth * (l - 0.3) : ((i % side) + 0.5) * pitch,
        y: height / 2 + (Math.floor(i / columns) + 0.5 - rows / 2) * gap,
        r: Math.min(0.4 * gap, l ? 0.7 * em : gap),
      }));
    });
  }

  /** The node with the lowest cost, or null if all costs are infinite. */
  #cheapest(cost) {
    const costs = this.#nodes.flat().map((node) => [cost(node), node]);
    return costs.reduce((best, each) => (each[0] < best[0] ? each : best), [Infinity, null])[1];
  }

  #handlePointer({ type, pointerType, offsetX, offsetY }) {
    const distance = ({ x, y, r }) => Math.hypot(x - offsetX, y - offsetY) - r;
    const cost = (node) => (distance(node) < 8 ? distance(node) : Infinity);
    if (pointerType === "mouse" || type === "pointerdown") this.#select(this.#cheapest(cost));
  }

  #handleKey(event) {
    const selected = this.#selected;
    const step = ARROWS[event.key];
    if (!step && (event.key !== "Escape" || !selected)) return;
    event.preventDefault();
    if (!step || !selected) return this.#select(step ? this.#nodes.at(-1)[0] : null);
    const cost = ({ x, y }) => {
      const along = (x - selected.x) * step[0] + (y - selected.y) * step[1];
      return along > 1 ? along + 3 * Math.abs((x - selected.x) * step[1] + (y - selected.y) * step[0]) : Infinity;
    };
    this.#select(this.#cheapest(cost) ?? selected);
  }

  #select(node) {
    this.#selected = node;
    const text = node ? this.#describe(node, DESCRIBED_WEIGHTS) : "Point at a neuron or tap it to see its weights.";
    if (this.#output.value !== text) this.#output.value = text; // screen readers read it again otherwise
    this.canvas.ariaDescription = node ? this.#describe(node, Infinity) : "";
    this.#queuePaint();
  }

  #nameOf(l, i) {
    const { sizes, labels, side } = this.#network;
    if (!l) return `row ${Math.floor(i / side) + 1} column ${(i % side) + 1}`;
    return l === sizes.length - 1 ? labels[i] : `neuron ${i + 1}`;
  }

  #describe({ l, i }, max) {
    const { weights, activations } = this.#state;
    const list = (direction, layer, values) => {
      const pairs = values.map((w, k) => [w, this.#nameOf(layer, k)]).sort((a, b) => Math.abs(b[0]) - Math.abs(a[0]));
      const texts = pairs.slice(0, max).map(([w, name]) => `${formatSigned(w)} ${direction} ${name}`);
      return `${pairs.length > max ? "largest weights " : ""}${texts.join(", ")}`;
    };
    const activation = activations[l]?.[i];
    const parts = [this.#nameOf(l, i) + (activation === undefined ? "" : `: activation ${activation.toFixed(2)}`)];
    if (weights[l - 1]) parts.push(list("from", l - 1, weights[l - 1].map((row) => row[i])));
    if (weights[l]) parts.push(list("to", l + 1, weights[l][i]));
    return `${parts.join("; ")}.`;
  }
}
