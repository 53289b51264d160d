/* Paints the parts of a line chart on its canvas. `plot` holds the context and the positions, see line-chart.js. */

import { nearestIndex, roundTicks } from "./chart-scale.js";
import { color } from "./theme.js";

const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3], [16, 4], [1, 5], [6, 3, 1, 3, 1, 3]];
const COLORS = ["--accent", "--text", "--muted"];
const FAINT = 0.25; // opacity of the values behind a smoothed line

export function paintAxes({ context, em, width, left, plotWidth, top, bottom, x0, x1, ticksY, maxWidth, toX, toY, line, write }, options) {
  const { x: nameX, y: nameY, marks, diagonal, format, formatX } = options;
  context.fillStyle = color("--muted");
  context.strokeStyle = color("--line");
  for (const y of ticksY) {
    line([left, toY(y)], [left + plotWidth, toY(y)]);
    write(format(y), left - 6, toY(y), "right");
  }
  const ticksX = roundTicks(x0, x1, plotWidth / em / 5).filter((x) => x >= x0 && x <= x1);
  for (const x of ticksX) write(formatX(x), Math.min(toX(x), width - maxWidth([formatX(x)]) / 2), bottom + em, "center");
  write(nameX, left + plotWidth, bottom + em * 2.2, "right");
  write(nameY, 0, em / 2, "left");
  context.strokeStyle = color("--edge");
  context.setLineDash([2, 4]);
  marks.filter(({ x }) => x >= x0 && x <= x1).forEach(({ x, text }, i) => {
    const isRight = x > (x0 + x1) / 2;
    line([toX(x), top], [toX(x), bottom]);
    write(text, toX(x) + (isRight ? -3 : 3), top + em * (0.5 + 1.2 * (i % 4)), isRight ? "right" : "left");
  });
  if (diagonal) line([toX(x0), toY(x0)], [toX(x1), toY(x1)]);
}

/** Paint the lines of all series, and their names at the lines' ends; raw: the values behind smoothed lines. */
export function paintSeries(plot, series, points, raw) {
  const { context, em, left, width, plotWidth, top, bottom, toX, toY, isVisible, write, dot } = plot;
  const names = [];
  context.save();
  context.beginPath();
  context.rect(left, top - 2, plotWidth, bottom - top + 4);
  context.clip(); // a line leaves the plot where the chart is zoomed in
  points.forEach((each, i) => {
    setColor(context, i);
    Object.assign(context, { lineWidth: 1, globalAlpha: FAINT }).setLineDash([]);
    if (raw) paintLine(raw[i], plot);
    Object.assign(context, { lineWidth: 1.75, globalAlpha: 1 }).setLineDash(DASHES[(series[i].dashed ?? i) % DASHES.length | 0]);
    paintLine(each, plot);
    if (each.length * 12 < plotWidth) each.filter(isVisible).forEach(([x, y, n]) => dot(x, y, n ? 1.5 + Math.log10(n) : 2.5));
    const last = each.findLast(isVisible);
    if (last) names.push({ i, x: Math.min(toX(last[0]), left + plotWidth) + 6, y: toY(last[1]) });
  });
  context.restore();
  names.sort((a, b) => a.y - b.y); // names must not overlap, nor leave the plot
  names.forEach((name, k) => (name.y = Math.max(name.y, (names[k - 1]?.y ?? 0) + em * 1.1)));
  names.forEach(({ i, x, y }, k) => {
    setColor(context, i);
    write(series[i].name, Math.min(x, width), Math.min(y, bottom - (names.length - k - 0.5) * em * 1.1), "left");
  });
}

/** Mark the points next to the cursor, an x. Returns [x, the index of the point of each series or null]; without points, null. */
export function paintCursor({ context, top, bottom, toX, line, dot }, points, cursor) {
  const indices = points.map((each) => (each.length ? nearestIndex(each, cursor) : null));
  const nearest = indices.map((index, i) => (index === null ? null : points[i][index]));
  const x = nearest.filter(Boolean).sort((a, b) => Math.abs(a[0] - cursor) - Math.abs(b[0] - cursor))[0]?.[0];
  if (x === undefined) return null;
  Object.assign(context, { lineWidth: 1, strokeStyle: color("--edge") }).setLineDash([]);
  line([toX(x), top], [toX(x), bottom]);
  nearest.forEach((point, i) => {
    if ((point?.[1] ?? null) === null) return;
    setColor(context, i);
    dot(...point, 4);
  });
  return [x, indices];
}

/** Paint the range that is being selected, from one x to another. */
export function paintSelection({ context, top, bottom, toX }, [from, to]) {
  Object.assign(context, { fillStyle: color("--accent"), globalAlpha: 0.15 }).fillRect(toX(from), top, toX(to) - toX(from), bottom - top);
  context.globalAlpha = 1;
}

function setColor(context, i) {
  context.strokeStyle = context.fillStyle = color(COLORS[i % COLORS.length]);
}

/** Paint one line; of the points in one column of pixels, only the first and those that extend the range are drawn. */
function paintLine(points, { context, ratio, toX, toY, floor }) {
  let [column, low, high, isGap] = [0, 0, 0, true];
  context.beginPath();
  for (const point of points) {
    if (point[1] === null || !(point[1] > floor)) isGap = true;
    else {
      const [x, y] = [toX(point[0]), toY(point[1])];
      const ownColumn = Math.round(x * ratio);
      if (ownColumn !== column || isGap) [column, low, high] = [ownColumn, Infinity, -Infinity];
      if (y < low || y > high) isGap ? context.moveTo(x, y) : context.lineTo(x, y);
      [low, high, isGap] = [Math.min(low, y), Math.max(high, y), false];
    }
  }
  context.stroke();
}
