/* Maps: arrays of numbers as pictures, a pixel a value. */

import { color } from "./theme.js";

/** Paint rows of numbers: from paper at `low` to ink at `high`; signed ones from --counter over paper at 0 to --accent. */
export function paintHeatmap(canvas, rows, { signed = false, low, high } = {}) {
  const values = rows.flat();
  const [height, width] = [rows.length, rows[0].length];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const top = high ?? Math.max(...(signed ? values.map(Math.abs) : values));
  const bottom = signed ? 0 : (low ?? Math.min(0, ...values));
  const scale = 255 / (top - bottom || 1);
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  const [plus, minus] = signed ? [colorChannels("--accent"), colorChannels("--counter")] : [colorChannels("--ink"), null];
  values.forEach((value, i) => {
    pixels.data.set(value < 0 && signed ? minus : plus, 4 * i);
    pixels.data[4 * i + 3] = Math.min(255, (signed ? Math.abs(value) : value - bottom) * scale);
  });
  context.putImageData(pixels, 0, 0);
}

const known = new Map();

/** A color of the theme, such as "--ink", as [red, green, blue]. */
export function colorChannels(name) {
  const text = color(name);
  if (!known.has(text)) {
    const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
    context.fillStyle = text;
    context.fillRect(0, 0, 1, 1);
    known.set(text, context.getImageData(0, 0, 1, 1).data.slice(0, 3));
  }
  return known.get(text);
}
