/* The pictures of a step of an animation. */

import { GAMMA } from "../shared/color-scale.js";
import { h } from "../shared/dom.js";
import { paintHeatmap } from "../shared/heatmap.js";
import { color } from "../shared/theme.js";

export function makeFigure() {
  const frame = h("div", {}, h("canvas", { class: "pixels" }), h("i", { class: "pixel-outline" }));
  return h("figure", {}, frame, h("figcaption"));
}

/** Paint a figure of `describeStep`. What isn't computed yet stays blank. */
export function paintFigure(figure, { caption, rows, scale: { high, signed }, box }) {
  const [canvas, outline] = figure.firstChild.children;
  const [height, width] = [rows.length, rows[0].length];
  paintHeatmap(canvas, rows, { high, signed, low: 0, gamma: GAMMA });
  const context = canvas.getContext("2d");
  Object.assign(context, { globalCompositeOperation: "destination-over", fillStyle: color("--track") });
  rows.forEach((row, y) => row.forEach((value, x) => Number.isNaN(value) || context.fillRect(x, y, 1, 1)));
  context.globalCompositeOperation = "source-over";
  canvas.style.setProperty("aspect-ratio", `${width} / ${height}`);
  outline.hidden = !box;
  for (const [side, whole] of box ? [["top", height], ["left", width], ["height", height], ["width", width]] : []) {
    outline.style.setProperty(side, `${(100 * box[side]) / whole}%`);
  }
  figure.lastChild.textContent = caption;
}
