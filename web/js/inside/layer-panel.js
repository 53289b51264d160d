/* The layer's panel: what the layer is, its figures, its maps and its kernels. What the kinds are, the document tells. */

import { h } from "../shared/dom.js";
import { formatCount } from "../shared/format.js";
import { Atlas, short } from "./feature-maps.js";

const FEW = 40; // numbers that stand with their text under them

export class LayerView {
  #kernels = null;
  #map = 0; // whose kernels are shown
  #caption = h("p", { class: "hint" });

  /** labels: what numbers are called if there are as many. told: the kinds that were told before. look, walk and pin are those
      of an atlas; walk hears of a map before, too, whose kernel was chosen. */
  constructor(layer, { labels, told, look, walk, pin }) {
    this.layer = layer;
    this.walk = walk;
    const { maps, height, width, flat, name } = layer;
    const called = labels.length === maps ? labels : Array.from({ length: maps }, (_, i) => String(i + 1));
    const texts = flat && maps <= FEW ? called : null;
    this.texts = texts;
    this.atlas = new Atlas({ maps, height, width, texts, name: this.#name(), look, walk, pin });
    this.scale = h("p", { class: "hint scale" });
    this.words = h("ul", { class: "hidden" });
    const about = aboutKind(layer.kind);
    const kind = h("p", { class: "kind", text: about.dataset.name ?? layer.kind });
    this.element = h(
      "section",
      { class: "layer panel", id: `layer-${name}` },
      h("div", { class: "layer-top" }, h("h3", { text: name }), figures(layer), kind),
      h("p", { class: "hint", text: facts(layer) }),
      this.atlas.element,
      this.scale,
      this.words,
      layer.kernel && layer.window ? this.#showKernels() : null,
      ...this.#explained(about, told),
    );
  }

  /** Show what the layer made, or nothing yet. */
  show() {
    const { layer } = this;
    if (!layer.values) {
      this.atlas.show(null);
      this.scale.textContent = "";
      return;
    }
    const high = Math.max(layer.high, -layer.low) || 1;
    const signed = layer.low < 0;
    this.atlas.show({ get: (map, y, x) => layer.at([map, y, x]), high, signed });
    const ends = signed ? `${short(-high)} orange with −, 0 paper, ${short(high)} blue` : `0 paper, ${short(high)} full ink`;
    this.scale.textContent = `${layer.maps > 1 ? "All on one scale: " : ""}${ends}.`;
  }

  /** Tell what the maps show, for those who do not see them. */
  tell() {
    const { layer, texts } = this;
    const lines = layer.flat && !texts ? 1 : layer.values ? layer.maps : 0;
    while (this.words.children.length > lines) this.words.lastChild.remove();
    for (let map = 0; map < lines; map++) {
      const item = this.words.children[map] ?? this.words.appendChild(h("li"));
      item.textContent = this.inWords(map);
    }
  }

  /** A map in words: "Map 3 of 16, from 0 to 2.41, strongest at row 4, column 7". */
  inWords(map) {
    const { layer, texts } = this;
    if (!layer.values) return this.#name();
    if (texts) return `${texts[map]}: ${short(layer.at([map, 0, 0]))}`;
    if (layer.flat) return `${formatCount(layer.maps)} numbers, from ${short(layer.low)} to ${short(layer.high)}`;
    const [, y, x] = layer.strongest(map);
    let low = Infinity;
    for (let i = map; i < layer.values.length; i += layer.maps) low = Math.min(low, layer.values[i]);
    const range = `from ${short(low)} to ${short(layer.at([map, y, x]))}`;
    return `Map ${map + 1} of ${layer.maps}, ${range}, strongest at row ${y + 1}, column ${x + 1}`;
  }

  /** Outline a pixel, or a window, and with it the kernel that lies between a map and map `from` before it. */
  mark(at, box, from) {
    this.atlas.mark(at, box);
    const { layer } = this;
    if (!at || box) return this.#kernels?.mark(null);
    this.atlas.at = at;
    this.atlas.name = `${layer.name}. ${this.inWords(at[0])}`;
    if (from === undefined) return;
    const other = this.#map !== at[0];
    this.#map = at[0];
    if (other && layer.inputs > 1) this.#paintKernels();
    const [height, width] = layer.window;
    this.#kernels?.mark([layer.inputs > 1 ? from - layer.first(at[0]) : at[0], 0, 0], { top: 0, left: 0, height, width });
  }

  #name() {
    const { name, maps, height, width, flat } = this.layer;
    const what = flat ? `${formatCount(maps)} numbers` : `${maps} ${maps > 1 ? "maps" : "map"} of ${height} × ${width}`;
    return `${name}, ${what}. Arrow keys walk over them.`;
  }

  #explained(about, told) {
    const templates = [about, ...(this.layer.folded ? [aboutKind("folded")] : [])];
    return templates.map((template) => {
      const open = template === about && !told.has(template);
      told.add(template);
      const summary = h("summary", { text: template.dataset.asks });
      return h("details", { class: "about", open }, summary, template.content.cloneNode(true));
    });
  }

  /** The kernels: those of all maps where there is one map before, else those of the map that is looked at. */
  #showKernels() {
    const { inputs, maps, window: [height, width] } = this.layer;
    const details = h("details", { class: "kernels", open: inputs === 1 }, h("summary", { text: "Kernels" }), this.#caption);
    const fill = () => {
      if (!details.open || this.#kernels) return;
      const walk = (at) => at && this.#chooseKernel(at[0]);
      const name = `Kernels of ${this.layer.name}`;
      const size = { maps: inputs > 1 ? inputs : maps, height, width, most: 36 };
      this.#kernels = new Atlas({ ...size, whole: true, name, look: () => {}, walk, pin: walk });
      details.append(this.#kernels.element);
      this.#paintKernels();
    };
    details.addEventListener("toggle", fill);
    this.#paintKernels();
    fill();
    return details;
  }

  #chooseKernel(picture) {
    const [, ...place] = this.atlas.at ?? [0, 0, 0];
    if (this.layer.inputs > 1) this.walk([this.#map, ...place], this.layer.first(this.#map) + picture);
    else this.walk([picture, ...place]);
  }

  #paintKernels() {
    const { layer } = this;
    const { inputs, maps, window: [height, width] } = layer;
    const high = layer.kernel.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    const get = (picture, y, x) => (inputs > 1 ? layer.weight(y, x, picture, this.#map) : layer.weight(y, x, 0, picture));
    const one = `The ${inputs} kernels of map ${this.#map + 1}, one for each map before; point at another map to see its own.`;
    const all = `${maps} ${maps > 1 ? "kernels" : "kernel"} of ${height} × ${width}.`;
    const scale = `All on one scale: ${short(-high)} orange with −, 0 paper, ${short(high)} blue.`;
    this.#caption.textContent = `${inputs > 1 ? one : all} ${scale}`;
    this.#kernels?.show({ get, high, signed: true });
  }
}

/** The figures of a layer or of all together, each with what it is. */
export function figures({ output_shape: shape, parameters, multiply_adds: products }) {
  const rows = [["Output", shape?.join(" × ")], ["Parameters", formatCount(parameters)], ["Multiply-adds", formatCount(products)]];
  const one = ([term, text]) => text && h("div", {}, h("dt", { text: term }), h("dd", { text }));
  return h("dl", { class: "layer-figures" }, ...rows.map(one));
}

function aboutKind(kind) {
  const templates = [...document.querySelectorAll("template[data-kind]")];
  const its = templates.find(({ dataset }) => dataset.kind.split(" ").includes(kind));
  return its ?? templates.at(-1); // the last is for any other
}

/** What only this layer is like. */
function facts(layer) {
  const { window: sides, strides, padding, inputs, maps, kernel } = layer;
  const said = [];
  if (layer.threshold !== undefined) said.push(`1 for ${layer.sign} ${layer.threshold.toFixed(3)}, else 0.`);
  if (sides) {
    const number = maps > 1 ? `${maps} kernels` : "A kernel";
    const what = kernel ? `${number} of ${[...sides, inputs].join(" × ")}` : `Windows of ${sides.join(" × ")}`;
    const step = strides[0] > 1 ? `${strides[0]} pixels` : "one pixel";
    said.push(`${what}, moved on by ${step} at a time${padding.some(Boolean) ? ", with zeros beyond the border" : ""}.`);
  } else if (kernel) said.push(`Each of the ${maps} numbers adds up ${formatCount(inputs)} weighted inputs.`);
  if (layer.folded) said.push(`${layer.folded.join(", ")} is folded in.`);
  if (layer.kind === "Rescaling" && typeof layer.scale === "number") said.push(`Each number times ${layer.scale.toFixed(4)}.`);
  return said.join(" ");
}
