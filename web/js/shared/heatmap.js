/* Paints arrays of numbers, one canvas pixel per value. */

import { color } from "./theme.js";

/** Paint rows of numbers: from paper at `low` to ink at `high`; signed ones from --counter over paper at 0 to --accent.
    NaN is paper. gamma: below 1, so that small values are visible next to large ones. */
export function paintHeatmap(canvas, rows, { signed = false, low, high, gamma = 1 } = {}) {
  const values = rows.flat();
  const [height, width] = [rows.length, rows[0].length];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const max = high ?? Math.max(...(signed ? values.map(Math.abs) : values));
  const min = signed ? 0 : (low ?? Math.min(0, ...values));
  const range = max - min || 1;
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  const [positive, negative] = signed ? [colorChannels("--accent"), colorChannels("--counter")] : [colorChannels("--ink"), null];
  values.forEach((value, i) => {
    pixels.data.set(value < 0 && signed ? negative : positive, 4 * i);
    pixels.data[4 * i + 3] = 255 * Math.min(1, Math.max(0, (signed ? Math.abs(value) : value - min) / range)) ** gamma;
  });
  context.putImageData(pixels, 0, 0);
}

const cache = new Map();

/** A color of the theme, such as "--ink", as [red, green, blue]. */
export function colorChannels(name) {
  const value = color(name);
  if (!cache.has(value)) {
    const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
    context.fillStyle = value;
    context.fillRect(0, 0, 1, 1);
    cache.set(value, context.getImageData(0, 0, 1, 1).data.slice(0, 3));
  }
  return cache.get(value);
}
