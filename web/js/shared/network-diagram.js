/* The node-link picture: a perceptron on a canvas, every weight a line, its inputs as the bitmap that they are. A line is as
   wide as its weight is far from 0, dashed in --counter below 0; what changes brightens and fades. Its styles: nodelink.css. */

import { h } from "./dom.js";
import { formatProbability } from "./format.js";
import { color, onThemeChange } from "./theme.js";

const FADE = 1600; // ms that a change is seen
const TOLD = 4; // how many of a neuron's weights are told in words: its strongest
const RIGHT = 6.75; // em for the labels and their probabilities
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const signed = new Intl.NumberFormat("en", { signDisplay: "always", minimumFractionDigits: 2, maximumFractionDigits: 2 });
const write = (weight) => signed.format(weight).replace("-", "−");

export class NetworkDiagram {
  #read = h("output");
  #net;
  #seen;
  #before; // the weights before they changed
  #since = -Infinity;
  #nodes = []; // a list a layer of {l, i, x, y, r}, as last drawn
  #at = null; // the one that is looked at
  #queued = false;

  /** figure: an empty <figure>; net: as `setNetwork` takes it. */
  constructor(figure, net) {
    this.canvas = h("canvas", { tabIndex: 0, role: "application", onkeydown: (event) => this.#walk(event) });
    for (const type of ["pointermove", "pointerdown"]) this.canvas.addEventListener(type, (event) => this.#point(event));
    for (const type of ["pointerleave", "blur"]) this.canvas.addEventListener(type, () => this.#look(null));
    figure.classList.add("network-diagram");
    figure.replaceChildren(this.canvas, this.#read);
    new ResizeObserver(() => this.#draw()).observe(this.canvas);
    onThemeChange(() => this.#later());
    this.setNetwork(net);
  }

  /** Show another network from now on. sizes: neurons a layer, a square of inputs first; labels: those of the last layer. */
  setNetwork({ sizes, labels }) {
    this.#net = { sizes, labels, side: Math.sqrt(sizes[0]) };
    this.#seen = { weights: [], activations: [] };
    const weights = sizes.slice(1).reduce((sum, size, l) => sum + size * sizes[l], 0);
    const keys = "Arrow keys go from neuron to neuron.";
    this.canvas.ariaLabel = `The network: ${sizes.join(" to ")} neurons, ${weights} weights. ${keys}`;
    this.#look(null);
  }

  /** Show weights, [from][to] a layer; what each layer answers, inputs first; and the probabilities; these two where known. */
  show({ weights, activations = [], probabilities = null }) {
    const last = this.#seen.weights;
    this.#seen = { weights, activations, probabilities };
    if (JSON.stringify(weights) !== JSON.stringify(last)) {
      this.#before = last;
      this.#since = performance.now();
    }
    this.#look(this.#at);
  }

  #later() {
    if (!this.#queued) requestAnimationFrame(() => this.#draw());
    this.#queued = true;
  }

  #draw() {
    this.#queued = false;
    const { canvas } = this;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || !height) return;
    const { weights, activations, probabilities } = this.#seen;
    const at = this.#at;
    const c = canvas.getContext("2d");
    const size = [width, height].map((length) => Math.round(length * devicePixelRatio));
    if (String(size) !== String([canvas.width, canvas.height])) [canvas.width, canvas.height] = size;
    c.setTransform(size[0] / width, 0, 0, size[1] / height, 0, 0);
    c.clearRect(0, 0, width, height);
    const em = parseFloat(getComputedStyle(canvas).fontSize);
    this.#place(width, height, em);
    const dyes = ["--ink", "--surface", "--edge", "--text", "--accent", "--counter"];
    const [ink, paper, edge, text, plus, minus] = dyes.map(color);
    const fade = calm.matches ? 1 : Math.max(0, 1 - (performance.now() - this.#since) / FADE);

    const lines = weights.flatMap((layer, l) => {
      const change = layer.map((row, i) => row.map((w, j) => Math.abs(w - (this.#before[l]?.[i][j] ?? w))));
      const most = Math.max(1, ...layer.flat().map(Math.abs)); // a young network's lines are faint, and grow
      const fastest = Math.max(1e-9, ...change.flat()) / fade;
      return layer.flatMap((row, i) =>
        row.map((w, j) => {
          const ends = [this.#nodes[l][i], this.#nodes[l + 1][j]];
          return { w, ends, strong: Math.abs(w) / most, glow: change[i][j] / fastest };
        }),
      );
    });
    for (const { w, ends, strong, glow } of lines.sort((a, b) => a.strong + a.glow - b.strong - b.glow)) {
      if (at && !ends.some(({ l, i }) => l === at.l && i === at.i)) continue;
      c.strokeStyle = w < 0 ? minus : plus;
      c.setLineDash(w < 0 ? [4, 3] : []);
      c.lineWidth = 0.5 + 2.5 * strong + 2 * glow;
      c.globalAlpha = Math.min(1, (at ? 0.3 : 0.06) + 0.7 * strong + 0.6 * glow);
      c.beginPath();
      for (const { x, y } of ends) c.lineTo(x, y);
      c.stroke();
    }
    c.setLineDash([]);
    c.textBaseline = "middle";
    for (const { l, i, x, y, r } of this.#nodes.flat()) {
      const here = at?.l === l && at.i === i;
      const last = l === this.#nodes.length - 1;
      const way = at ? at.l - l : 0; // to the one that is looked at: 1 ahead of this one, -1 behind it
      const weight = (way === 1 ? weights[l]?.[i][at.i] : way === -1 ? weights[at.l]?.[at.i][i] : 0) ?? 0;
      const pictured = l === 0 && way === 1; // what a hidden neuron looks for is a picture
      const [dye, alpha] = pictured ? [weight < 0 ? minus : plus, Math.abs(weight)] : [ink, activations[l]?.[i] ?? 0];
      c.beginPath();
      if (l) c.arc(x, y, r, 0, 7);
      else c.rect(x - r, y - r, 2 * r, 2 * r);
      Object.assign(c, { fillStyle: paper, globalAlpha: 1 }).fill();
      Object.assign(c, { fillStyle: dye, globalAlpha: Math.min(1, alpha) }).fill();
      Object.assign(c, { globalAlpha: 1, lineWidth: here ? 3 : 1, strokeStyle: here ? text : edge }).stroke();
      const small = pictured && r < 9; // then the sign alone
      const number = weight ? write(weight) : last && probabilities ? formatProbability(probabilities[i]) : "";
      const words = last ? `${this.#net.labels[i]}  ${number}` : small ? number.slice(0, 1) : number;
      c.font = `600 ${Math.min(last ? em : 0.8 * em, (pictured && !small ? 0.7 : 1.6) * r)}px system-ui, sans-serif`;
      c.fillStyle = pictured && alpha > 0.5 ? paper : text;
      c.textAlign = pictured ? "center" : way === 1 ? "right" : "left";
      c.fillText(words, pictured ? x : way === 1 ? x - r - 6 : x + r + 6, y, pictured ? 1.9 * r : RIGHT * em - r - 6);
    }
    if (fade > 0 && fade < 1) this.#later();
  }

  /** The inputs as a square on the left, then a column a layer, and room for the labels on the right. */
  #place(width, height, em) {
    const { sizes, side } = this.#net;
    const pitch = Math.min(height - 4, 0.38 * width) / side;
    const step = (width - RIGHT * em - side * pitch) / (sizes.length - 1.3);
    this.#nodes = sizes.map((size, l) => {
      const [gap, across, rows] = l ? [Math.min(height / size, 4 * em), 1, size] : [pitch, side, side];
      return Array.from({ length: size }, (_, i) => ({
        l,
        i,
        x: l ? side * pitch + step * (l - 0.3) : ((i % side) + 0.5) * pitch,
        y: height / 2 + (Math.floor(i / across) + 0.5 - rows / 2) * gap,
        r: Math.min(0.4 * gap, l ? 0.7 * em : gap),
      }));
    });
  }

  /** The node that costs least, null where each costs infinitely much. */
  #best(cost) {
    const nodes = this.#nodes.flat().map((node) => [cost(node), node]);
    return nodes.reduce((best, one) => (one[0] < best[0] ? one : best), [Infinity, null])[1];
  }

  #point({ type, pointerType, offsetX, offsetY }) {
    const far = ({ x, y, r }) => Math.hypot(x - offsetX, y - offsetY) - r;
    const near = (node) => (far(node) < 8 ? far(node) : Infinity);
    if (pointerType === "mouse" || type === "pointerdown") this.#look(this.#best(near));
  }

  #walk(event) {
    const at = this.#at;
    const step = STEPS[event.key];
    if (!step && !(event.key === "Escape" && at)) return;
    event.preventDefault();
    if (!step || !at) return this.#look(step ? this.#nodes.at(-1)[0] : null);
    const ahead = ({ x, y }) => {
      const along = (x - at.x) * step[0] + (y - at.y) * step[1];
      return along > 1 ? along + 3 * Math.abs((x - at.x) * step[1] + (y - at.y) * step[0]) : Infinity;
    };
    this.#look(this.#best(ahead) ?? at);
  }

  #look(at) {
    this.#at = at;
    const words = at ? this.#words(at, TOLD) : "Point at a neuron, or tap it, and see its weights alone.";
    if (this.#read.value !== words) this.#read.value = words;
    this.canvas.ariaDescription = at ? this.#words(at, Infinity) : "";
    this.#later();
  }

  #name(l, i) {
    const { sizes, labels, side } = this.#net;
    if (!l) return `row ${Math.floor(i / side) + 1} column ${(i % side) + 1}`;
    return l === sizes.length - 1 ? labels[i] : `neuron ${i + 1}`;
  }

  #words({ l, i }, most) {
    const { weights, activations } = this.#seen;
    const tell = (way, other, own) => {
      const pairs = own.map((w, k) => [w, this.#name(other, k)]).sort((a, b) => Math.abs(b[0]) - Math.abs(a[0]));
      const few = pairs.slice(0, most).map(([w, name]) => `${write(w)} ${way} ${name}`);
      return `${pairs.length > most ? "strongest " : ""}${few.join(", ")}`;
    };
    const answer = activations[l]?.[i];
    const parts = [this.#name(l, i) + (answer === undefined ? "" : `, at ${answer.toFixed(2)}`)];
    if (weights[l - 1]) parts.push(tell("from", l - 1, weights[l - 1].map((row) => row[i])));
    if (weights[l]) parts.push(tell("to", l + 1, weights[l][i]));
    return `${parts.join("; ")}.`;
  }
}
