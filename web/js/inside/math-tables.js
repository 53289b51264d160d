/* The tables and pictures that arithmetic is told with. */

import { h } from "../shared/dom.js";
import { paintHeatmap } from "../shared/heatmap.js";
import { windowOf } from "./layer-math.js";

/** A number with as many places as sums can be checked with. */
export function exact(value) {
  return value.toFixed(4).replace("-", "−");
}

/** Where [map, y, x] of a layer is, in words. */
export function placeOf({ flat, maps }, [map, y, x]) {
  return flat ? `number ${map + 1}` : `${maps > 1 ? `map ${map + 1}, ` : ""}row ${y + 1}, column ${x + 1}`;
}

/** The class of a number's sign. */
export function tone(value) {
  return value < 0 ? "minus" : "plus";
}

/** What is added up, a line each: [text, number, whether it is the result]. */
export function ledger(...lines) {
  const made = lines.map(([text, value, result]) =>
    h("div", { class: result ? "last" : "" }, h("dt", { text }), h("dd", { text: (result ? "= " : "") + exact(value) })),
  );
  return h("dl", { class: "ledger" }, ...made);
}

/** A row of a table; all but the first text are numbers. */
export function row(texts, tag = "td") {
  return h("tr", {}, ...texts.map((text, i) => h(tag, { text: String(text), class: i ? "number" : "" })));
}

/** A table of rows under a caption, a head, or both. */
export function table(rows, { caption, head }) {
  const parts = [caption && h("caption", { text: caption }), head && h("thead", {}, row(head, "th"))];
  return h("table", { class: "figures terms" }, ...parts.filter(Boolean), h("tbody", {}, ...rows));
}

/** A window's cells as they lie: lines(cell) are their texts, the last one strong; strength(cell) tints them. */
export function squares(cells, lines, strength) {
  const most = Math.max(...cells.flat().map((cell) => Math.abs(strength(cell)))) || 1;
  const square = (cell) => {
    const texts = lines(cell).map((text, i) => h(i ? (i === lines(cell).length - 1 ? "b" : "span") : "span", { text }));
    const made = h("td", { class: `${tone(strength(cell))}${cell.inside ? "" : " outside"}` }, ...texts);
    made.style.setProperty("--tint", Math.abs(strength(cell)) / most);
    return made;
  };
  return h("table", { class: "cells" }, h("tbody", {}, ...cells.map((line) => h("tr", {}, ...line.map(square)))));
}

/** The whole map, the window in it, and what is done with it. */
export function pictures(layer, at, map, cells) {
  const [source] = layer.from;
  const { height, width } = source;
  const { top, left, high, wide } = windowOf(layer, at);
  const frame = h("i", { class: "mark" });
  const place = { top: top / height, left: left / width, height: high / height, width: wide / width };
  for (const [side, share] of Object.entries(place)) frame.style.setProperty(side, `${100 * share}%`);
  const whole = Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => source.at([map, y, x])));
  const scale = { signed: source.low < 0, low: 0, high: Math.max(source.high, -source.low) || 1 };
  const figure = (text, rows, options, mark = "") => {
    const canvas = h("canvas", { class: "pixels" });
    paintHeatmap(canvas, rows, options);
    return h("figure", {}, h("div", {}, canvas, mark), h("figcaption", { text }));
  };
  const of = (key) => cells.map((line) => line.map((cell) => cell[key]));
  const shown = [
    figure(source.maps > 1 ? `map ${map + 1}` : source.name, whole, scale, frame),
    figure("window", of("value"), scale),
  ];
  if (layer.kernel) {
    shown.push(figure("× kernel", of("weight"), { signed: true }), figure("= products", of("product"), { signed: true }));
  }
  return h("div", { class: "pictures", "aria-hidden": "true" }, ...shown);
}
