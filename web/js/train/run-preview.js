/* The preview of a new run: samples of its data, the split, and the layers of the network. */

import { byId, fillTable, h } from "../shared/dom.js";
import { formatCount } from "../shared/format.js";
import { createCanvas, paintRows } from "./heatmap-canvas.js";

/** Show a page of GET /data/NAME/samples. */
export function showSamples({ name, samples }) {
  const figure = ({ label, pixels }) => h("figure", {}, paintRows(createCanvas(), pixels), h("figcaption", { text: label }));
  byId("samples-dataset").textContent = name;
  byId("samples").replaceChildren(...samples.map(figure));
}

/** Show a response of POST /networks. */
export function showNetwork({ layers, parameters, multiply_adds: multiplyAdds }) {
  fillTable("network", layers.map((layer) => [
    layer.name,
    layer.kind,
    h("span", { text: layer.output_shape.join(" × ") }),
    formatCount(layer.parameters),
    formatCount(layer.multiply_adds),
  ]));
  byId("network-summary").textContent = `${formatCount(parameters)} parameters, ${formatCount(multiplyAdds)} multiply-adds per crop.`;
}

/** Show a response of POST /splits. */
export function showSplit({ labels, counts: splitCounts }) {
  const splits = [splitCounts.training, splitCounts.validation, splitCounts.test];
  const max = Math.max(...labels.map((_, i) => splits.reduce((sum, counts) => sum + counts[i], 0)));
  const bar = (i) => h("div", { class: "split-bar" }, ...splits.map((counts) => {
    const segment = h("i");
    segment.style.setProperty("--share", counts[i] / max);
    return segment;
  }));
  fillTable("split", labels.map((label, i) => [label, ...splits.map((counts) => formatCount(counts[i])), bar(i)]));
  const [training, validation, test] = splits.map((counts) => formatCount(counts.reduce((sum, n) => sum + n, 0)));
  byId("split-summary").textContent =
    `${training} images for training, ${validation} for validation, which selects the best weights, and ${test} for the final test.`;
}
