/* The confidence interval of a measured proportion. Independent of the page. */

import { formatPercent } from "./format.js";

const Z = 1.96; // 95 % of a normal distribution lie within this many standard deviations

/** The 95 % confidence interval of a proportion of n, as [low, high] (Wilson 1927). */
export function wilsonInterval(p, n) {
  const half = Z * Math.sqrt((p * (1 - p)) / n + (Z / (2 * n)) ** 2);
  return [-half, half].map((side) => (p + (Z * Z) / (2 * n) + side) / (1 + (Z * Z) / n));
}

/** An interval as "97.21–99.03 %". */
export function formatInterval([low, high]) {
  return `${formatPercent(low).slice(0, -2)}–${formatPercent(high)}`;
}
