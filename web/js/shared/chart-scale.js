/* The arithmetic of line charts: ranges, round tick values, the nearest point. Independent of the page. */

/** The index of the point with the nearest x. */
export function nearestIndex(points, x) {
  const next = points.findIndex((point) => point[0] >= x);
  if (next < 0) return points.length - 1;
  return next && x - points[next - 1][0] < points[next][0] - x ? next - 1 : next;
}

/** The range of x (axis 0) or y (axis 1) over several series as [min, max], never empty; values up to `floor` are skipped. */
export function valueRange(series, axis, floor = -Infinity) {
  let [min, max] = [Infinity, -Infinity];
  for (const points of series) {
    for (const { [axis]: value } of points) {
      if (value === null || !(value > floor)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  if (max > min) return [min, max];
  return max === min ? [Math.min(0, 2 * min), Math.max(0, 2 * min) || 1] : [0.1, 1];
}

/** About `count` round values, from the last one up to `low` to the first one from `high` on; isWhole: whole numbers only. */
export function roundTicks(low, high, count, isWhole) {
  const rawStep = (high - low) / Math.max(1, Math.floor(count));
  const unit = 10 ** Math.floor(Math.log10(rawStep));
  const step = Math.max(isWhole ? 1 : 0, unit * [1, 2, 5, 10].find((factor) => factor * unit > rawStep * 0.999));
  const first = Math.floor(low / step + 1e-9);
  return Array.from({ length: Math.ceil(high / step - 1e-9) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The points from x0 to x1, with one more on each side, so that the line reaches the edges. */
export function pointsWithin(points, x0, x1) {
  const first = points.findIndex(([x]) => x >= x0);
  const last = points.findLastIndex(([x]) => x <= x1);
  return first < 0 ? points.slice(-1) : points.slice(Math.max(0, first - 1), last + 2);
}

/** The exponential moving average of y; weight, 0..1: of the previous values. It starts unbiased, as if there were none before. */
export function smooth(points, weight) {
  let [average, total] = [0, 0];
  return points.map(([x, y]) => {
    if (y === null) return [x, null];
    [average, total] = [weight * average + (1 - weight) * y, weight * total + (1 - weight)];
    return [x, average / total];
  });
}
