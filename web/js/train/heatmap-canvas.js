/* Canvases that show rows of numbers and are repainted when the theme changes. */

import { h } from "../shared/dom.js";
import { paintHeatmap } from "../shared/heatmap.js";
import { onThemeChange } from "../shared/theme.js";

const IMAGE = { low: 0, high: 255 };
const painted = new WeakMap(); // canvas -> arguments of paintHeatmap

onThemeChange(() => {
  for (const canvas of document.querySelectorAll("canvas")) if (painted.has(canvas)) paintHeatmap(canvas, ...painted.get(canvas));
});

export const createCanvas = () => h("canvas", { class: "pixels" });

/** Paint rows of numbers, by default an image's gray levels, and return the canvas. scale: see `paintHeatmap`. */
export function paintRows(canvas, rows, scale = IMAGE) {
  painted.set(canvas, [rows, scale]);
  paintHeatmap(canvas, rows, scale);
  return canvas;
}
