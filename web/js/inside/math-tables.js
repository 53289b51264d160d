/* The tables and pictures that show a calculation. */

import { GAMMA, formatShort } from "../shared/color-scale.js";
import { h } from "../shared/dom.js";
import { paintHeatmap } from "../shared/heatmap.js";
import { windowOf } from "./layer-math.js";

/** A number with enough decimals to check sums. */
export function formatExact(value) {
  return value.toFixed(4).replace("-", "−");
}

/** The position [map, y, x] of a layer in words. */
export function describePosition({ isFlat, maps }, [map, y, x]) {
  return isFlat ? `unit ${map + 1}` : `${maps > 1 ? `map ${map + 1}, ` : ""}row ${y + 1}, column ${x + 1}`;
}

/** The CSS class for a number's sign. */
export function signClass(value) {
  return value < 0 ? "negative" : "positive";
}

/** The terms of a sum, one per line: [text, number, whether it is the result]. */
export function sumList(...lines) {
  const rows = lines.map(([text, value, isResult]) =>
    h("div", { class: isResult ? "result" : "" }, h("dt", { text }), h("dd", { text: (isResult ? "= " : "") + formatExact(value) })),
  );
  return h("dl", { class: "sum-list" }, ...rows);
}

/** A table row; all but the first text are numbers. */
export function tableRow(texts, tag = "td") {
  return h("tr", {}, ...texts.map((text, i) => h(tag, { text: String(text), class: i ? "number" : "" })));
}

/** A table of rows with a caption, a head, or both. */
export function termTable(rows, { caption, head }) {
  const parts = [caption && h("caption", { text: caption }), head && h("thead", {}, tableRow(head, "th"))];
  return h("table", { class: "figures terms" }, ...parts.filter(Boolean), h("tbody", {}, ...rows));
}

/** The largest product that a layer can have for the current drawing: largest weight times largest input. */
export function maxProduct({ maxWeight, from: [source] }) {
  return maxWeight * source.colorScale.high || 1;
}

/** The cells of a window as a table: lines(cell) are their texts, the last one bold; strength(cell), up to max, tints them. */
export function cellTable(cells, lines, strength, max) {
  const makeCell = (cell) => {
    const texts = lines(cell).map((text, i) => h(i ? (i === lines(cell).length - 1 ? "b" : "span") : "span", { text }));
    const element = h("td", { class: `${signClass(strength(cell))}${cell.isInside ? "" : " outside"}` }, ...texts);
    element.style.setProperty("--tint", Math.abs(strength(cell)) / max);
    return element;
  };
  return h("table", { class: "cells", "data-testid": "cells" }, h("tbody", {}, ...cells.map((row) => h("tr", {}, ...row.map(makeCell)))));
}

/** The input map, the window on it, and for convolutions the kernel and the products, as pictures. The scale of each, stated
    below it, is the same for the whole layer. */
export function windowPictures(layer, at, map, cells) {
  const [source] = layer.from;
  const box = windowOf(layer, at);
  const outline = h("i", { class: "pixel-outline" });
  const sides = { top: box.top / source.height, left: box.left / source.width };
  Object.assign(sides, { height: box.height / source.height, width: box.width / source.width });
  for (const [side, share] of Object.entries(sides)) outline.style.setProperty(side, `${100 * share}%`);
  const row = (y) => Array.from({ length: source.width }, (_, x) => source.at([map, y, x]));
  const inputMap = Array.from({ length: source.height }, (_, y) => row(y));
  const scale = source.colorScale;
  const figure = (text, rows, { high, signed }, overlay = "") => {
    const canvas = h("canvas", { class: "pixels" });
    paintHeatmap(canvas, rows, { high, signed, low: 0, gamma: GAMMA });
    const range = h("span", { text: `${signed ? "±" : "0 to "}${formatShort(high)}` });
    return h("figure", {}, h("div", {}, canvas, overlay), h("figcaption", {}, text, range));
  };
  const pick = (key) => cells.map((each) => each.map((cell) => cell[key]));
  const figures = [
    figure(source.maps > 1 ? `map ${map + 1}` : source.name, inputMap, scale, outline),
    figure("window", pick("value"), scale),
  ];
  if (layer.kernel) {
    const [weights, products] = [layer.maxWeight, maxProduct(layer)].map((high) => ({ high, signed: true }));
    figures.push(figure("× kernel", pick("weight"), weights), figure("= products", pick("product"), products));
  }
  return h("div", { class: "pictures", "aria-hidden": "true" }, ...figures);
}
