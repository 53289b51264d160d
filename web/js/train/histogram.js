/* The distribution of an array's values as a histogram, and in numbers. */

import { h } from "../shared/dom.js";
import { formatCount } from "../shared/format.js";
import { color, onThemeChange } from "../shared/theme.js";

const BINS = 41; // odd, so that 0 is in the middle of a bin
const formatValue = (value) => (value ? value.toPrecision(2).replace("-", "−") : "0");
const painted = new WeakMap(); // canvas -> arguments of paint

onThemeChange(() => {
  for (const canvas of document.querySelectorAll(".histogram canvas")) if (painted.has(canvas)) paint(canvas, ...painted.get(canvas));
});

/** Counts of values in bins of equal width from `low` to `high`. */
export function countValues(values, low, high) {
  const counts = Array(BINS).fill(0);
  const scale = BINS / (high - low || 1);
  for (const value of values) counts[Math.min(BINS - 1, Math.max(0, Math.floor((value - low) * scale)))]++;
  return counts;
}

/** Show the distribution of numbers in a <figure>. */
export function showHistogram(figure, values) {
  if (!figure.children.length) figure.append(h("canvas", { role: "img" }), h("figcaption", { class: "hint" }));
  const [canvas, caption] = figure.children;
  const max = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const isSigned = values.some((value) => value < 0);
  const [low, high] = [isSigned ? -max : 0, max];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  const zeros = values.filter((value) => value === 0).length / values.length;
  const share = zeros > 0.005 ? ` ${Math.round(100 * zeros)} % are exactly 0.` : "";
  const text = `${formatCount(values.length)} values: mean ${formatValue(mean)}, standard deviation ${formatValue(deviation)}.${share}`;
  if (caption.textContent !== text) caption.textContent = text;
  canvas.ariaLabel = `Histogram from ${formatValue(low)} to ${formatValue(high)}`;
  painted.set(canvas, [countValues(values, low, high), low, high]);
  paint(canvas, ...painted.get(canvas));
}

function paint(canvas, counts, low, high) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = devicePixelRatio;
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const { fontSize, fontFamily } = getComputedStyle(canvas);
  const bottom = height - parseFloat(fontSize) * 1.5;
  const [bar, max] = [width / counts.length, Math.max(...counts)];
  counts.forEach((count, i) => {
    const isNegative = low < 0 && i < (counts.length - 1) / 2;
    context.fillStyle = color(isNegative ? "--counter" : "--accent");
    const length = count && Math.max(1, (count / max) * bottom);
    context.fillRect(i * bar + 0.5, bottom - length, bar - 1, length);
  });
  context.font = `${fontSize} ${fontFamily}`;
  context.fillStyle = color("--muted");
  context.textBaseline = "bottom";
  for (const [value, x, align] of [[low, 0, "left"], [0, width / 2, "center"], [high, width, "right"]]) {
    context.textAlign = align;
    if (low < 0 || align !== "center") context.fillText(formatValue(value), x, height);
  }
}
