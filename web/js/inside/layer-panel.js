/* The panel of a layer: what it is, its figures, its feature maps and its kernels. The page's templates explain the kinds. */

import { ColorBar, formatShort } from "../shared/color-scale.js";
import { h } from "../shared/dom.js";
import { formatCount } from "../shared/format.js";
import { FeatureMaps } from "./feature-maps.js";
import { kindOf, templateOf } from "./layer-titles.js";

const MAX_CAPTIONS = 40; // units up to this number have captions

export class LayerPanel {
  #kernels = null;
  #kernelMap = 0; // whose kernels are shown
  #colorBar = new ColorBar();
  #descriptions = h("ul", { class: "hidden" });

  /** title: in words. labels: captions of the units if there are as many. explainedKinds: kinds that are explained above.
      onPoint, onMove and onPin: see FeatureMaps; onMove also receives the input map of a chosen kernel. */
  constructor(layer, { title, labels, explainedKinds, onPoint, onMove, onPin }) {
    this.layer = layer;
    this.onMove = onMove;
    const { maps, height, width, isFlat, name } = layer;
    const names = labels.length === maps ? labels : Array.from({ length: maps }, (_, i) => String(i + 1));
    this.texts = isFlat && maps <= MAX_CAPTIONS ? names : null;
    this.maps = new FeatureMaps({ maps, height, width, texts: this.texts, name: this.#describeShape(), onPoint, onMove, onPin });
    const explanation = templateOf(kindOf(layer));
    this.element = h(
      "section",
      { class: "layer panel", id: `layer-${name}`, "data-testid": `layer-${name}`, "data-kind": layer.kind },
      h("div", { class: "layer-header" }, h("h3", { text: title }), layerFigures(layer), h("p", { class: "kind", text: name })),
      h("p", { class: "hint", text: describeSettings(layer) }),
      this.maps.element,
      this.#colorBar.element,
      this.#descriptions,
      layer.kernel && layer.window ? this.#makeKernels() : null,
      ...this.#makeExplanations(explanation, explainedKinds),
    );
  }

  /** Show the current activations, or empty maps. */
  show() {
    const { layer } = this;
    const scale = layer.colorScale;
    this.maps.show(scale && { get: (map, y, x) => layer.at([map, y, x]), ...scale });
    this.#colorBar.show(scale);
  }

  /** Describe the maps for screen readers. */
  describe() {
    const { layer, texts } = this;
    const count = layer.isFlat && !texts ? 1 : layer.values ? layer.maps : 0;
    while (this.#descriptions.children.length > count) this.#descriptions.lastChild.remove();
    for (let map = 0; map < count; map++) {
      const item = this.#descriptions.children[map] ?? this.#descriptions.appendChild(h("li"));
      item.textContent = this.#describeMap(map);
    }
  }

  /** A map in words: "Map 3 of 16: 0.00 to 2.41, maximum at row 4, column 7". */
  #describeMap(map) {
    const { layer, texts } = this;
    if (!layer.values) return this.#describeShape();
    if (texts) return `${texts[map]}: ${formatShort(layer.at([map, 0, 0]))}`;
    if (layer.isFlat) return `${formatCount(layer.maps)} values from ${formatShort(layer.low)} to ${formatShort(layer.high)}`;
    const [, y, x] = layer.maximum(map);
    const range = `${formatShort(layer.lowest(map))} to ${formatShort(layer.at([map, y, x]))}`;
    return `Map ${map + 1} of ${layer.maps}: ${range}, maximum at row ${y + 1}, column ${x + 1}`;
  }

  /** Outline a pixel, or a window; with a pixel, also the kernel between its map and input map `from`. */
  outline(at, box, from) {
    this.maps.outline(at, box);
    const { layer } = this;
    if (!at || box) return this.#kernels?.outline(null);
    this.maps.position = at;
    this.maps.name = `${layer.name}. ${this.#describeMap(at[0])}`;
    if (from === undefined) return;
    this.#kernelMap = at[0];
    this.#kernels?.show(at[0]);
    this.#kernels?.outline(layer.inputs > 1 ? from : at[0]);
  }

  #describeShape() {
    const { name, maps, height, width, isFlat } = this.layer;
    const shape = isFlat ? `${formatCount(maps)} values` : `${maps} ${maps > 1 ? "maps" : "map"} of ${height} × ${width}`;
    return `${name}, ${shape}. Use the arrow keys to move.`;
  }

  #makeExplanations(explanation, explainedKinds) {
    const templates = [explanation, ...(this.layer.merged ? [templateOf("merged")] : [])];
    return templates.map((template) => {
      const open = template === explanation && !explainedKinds.has(template);
      explainedKinds.add(template);
      const summary = h("summary", { text: template.dataset.question });
      return h("details", { class: "explanation", open }, summary, template.content.cloneNode(true));
    });
  }

  /** The kernels, loaded when they are opened. */
  #makeKernels() {
    const details = h("details", { class: "kernels", open: this.layer.inputs === 1 }, h("summary", { text: "Kernels" }));
    details.addEventListener("toggle", () => details.open && this.#loadKernels(details));
    return details;
  }

  async #loadKernels(details) {
    const { LayerKernels } = await import("./layer-kernels.js");
    if (this.#kernels) return;
    this.#kernels = new LayerKernels(this.layer, (index) => this.#selectKernel(index));
    this.#kernels.show(this.#kernelMap);
    details.append(...this.#kernels.elements);
  }

  #selectKernel(index) {
    const [, ...pixel] = this.maps.position ?? [0, 0, 0];
    if (this.layer.inputs > 1) this.onMove([this.#kernelMap, ...pixel], index);
    else this.onMove([index, ...pixel]);
  }
}

/** A panel with the figures of all layers together. trained: the model's layers during training. */
export function totalsPanel({ layers }, trained) {
  const sum = (rows, name) => rows.reduce((all, row) => all + row[name], 0);
  const [parameters, before] = [sum(layers, "parameters"), sum(trained, "parameters")];
  const figures = layerFigures({ parameters, multiply_adds: sum(layers, "multiply_adds") });
  const reason = "four numbers per map, which are then merged into the weights and one bias per map.";
  const difference = `In training there were ${formatCount(before)} parameters: batch normalization had ${reason}`;
  const isMerged = before !== parameters && layers.some(({ merged }) => merged);
  const hint = isMerged ? h("p", { class: "hint", "data-testid": "merged-parameters", text: difference }) : null;
  const header = h("div", { class: "layer-header" }, h("h3", { text: "All layers" }), figures);
  return h("div", { class: "panel layer" }, header, hint);
}

function layerFigures({ output_shape: shape, parameters, multiply_adds: products }) {
  const rows = [["Output", shape?.join(" × ")], ["Parameters", formatCount(parameters)], ["Multiply-adds", formatCount(products)]];
  const row = ([term, text]) => text && h("div", {}, h("dt", { text: term }), h("dd", { text }));
  return h("dl", { class: "layer-figures" }, ...rows.map(row));
}

/** The settings of a layer in words. */
function describeSettings(layer) {
  const { window: sides, strides, padding, inputs, maps, kernel } = layer;
  const sentences = [];
  if (layer.threshold !== undefined) sentences.push(`1 if the input is ${layer.comparisonSign} ${layer.threshold.toFixed(3)}, otherwise 0.`);
  if (layer.fit) sentences.push(`The longer side of the ink’s bounding box fills ${100 * layer.fit} % of the bitmap.`);
  if (sides) {
    const count = maps > 1 ? `${maps} kernels` : "One kernel";
    const windows = kernel ? `${count} of ${[...sides, inputs].join(" × ")}` : `Windows of ${sides.join(" × ")}`;
    sentences.push(`${windows}, stride ${strides[0]}${padding.some(Boolean) ? ", zero padding" : ""}.`);
  } else if (kernel) sentences.push(`${maps} ${maps > 1 ? "units" : "unit"} with ${formatCount(inputs)} weights each.`);
  if (layer.merged) sentences.push("Batch normalization is merged into these weights.");
  if (layer.isTemperature) {
    const factor = layer.scale.toFixed(4);
    sentences.push(`Logit / T, with the temperature T = ${(1 / layer.scale).toFixed(4)}: the same as logit × ${factor}.`);
  } else if (layer.kind === "Rescaling") sentences.push(`Multiplies each value by ${layer.scale.toFixed(4)}.`);
  return sentences.join(" ");
}
