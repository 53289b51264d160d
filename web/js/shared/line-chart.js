/* A line chart on a canvas. Series share the x axis and differ in their dashes and the name at the line's end. Long series
   are reduced to the points that are visible at the canvas's resolution. Styles: line-chart.css. */

import { nearestIndex, roundTicks, valueRange } from "./chart-scale.js";
import { h } from "./dom.js";
import { color, onThemeChange } from "./theme.js";

const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3], [16, 4], [1, 5], [6, 3, 1, 3, 1, 3]];
const COLORS = ["--accent", "--text", "--muted"];
const number = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 4 });

export class LineChart {
  #options;
  #output = h("output", { ariaLive: "off" }); // announced only while the keyboard is used
  #points = [];
  #isQueued = false;
  #cursor = null; // the x whose values are shown, or null
  #plot = { left: 0, plotWidth: 1, x0: 0, x1: 1 };

  /** figure: an empty <figure>. options: title; series: [{name, dashed}]; x, y: axis names; xRange, yRange: fixed [min, max];
   *  log: logarithmic y axis; diagonal: whether to draw y = x; format, formatX: format a value. */
  constructor(figure, options) {
    this.#options = { x: "", y: "", format: number.format, formatX: number.format, marks: [], ...options };
    this.canvas = h("canvas", { role: "img", tabIndex: 0 });
    figure.classList.add("chart");
    figure.replaceChildren(h("figcaption", {}, h("span", { text: options.title }), this.#output), this.canvas);
    const listen = (types, handler) => types.split(" ").forEach((type) => this.canvas.addEventListener(type, handler));
    listen("pointermove pointerdown", ({ offsetX }) => {
      const { left, plotWidth, x0, x1 } = this.#plot;
      this.#moveCursor(x0 + ((offsetX - left) / plotWidth) * (x1 - x0));
    });
    listen("keydown", (event) => this.#handleKey(event));
    listen("focus blur", ({ type }) => (this.#output.ariaLive = type === "focus" ? "polite" : "off"));
    listen("blur pointerleave", () => this.#moveCursor(null));
    new ResizeObserver(() => this.#paint()).observe(this.canvas);
    onThemeChange(() => this.#queuePaint());
  }

  /** Show a list of [x, y] per series, x ascending; a null y leaves a gap. The lists are not copied: append to them and call
   *  again. options: overrides for those above, and marks, [{x, text}]: events at an x. */
  show(points, options) {
    this.#points = points;
    Object.assign(this.#options, options);
    this.#queuePaint();
  }

  #queuePaint() {
    if (!this.#isQueued) requestAnimationFrame(() => this.#paint());
    this.#isQueued = true;
  }

  #paint() {
    this.#isQueued = false;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const { y: nameY, xRange, yRange, series, log, format } = this.#options;
    const [context, ratio] = [this.canvas.getContext("2d"), devicePixelRatio];
    const { fontSize, fontFamily } = getComputedStyle(this.canvas);
    const em = parseFloat(fontSize);
    Object.assign(this.canvas, { width: width * ratio, height: height * ratio });
    context.scale(ratio, ratio);
    context.font = `${fontSize} ${fontFamily}`;
    context.textBaseline = "middle";

    const [scale, floor] = log ? [Math.log10, 0] : [Number, -Infinity]; // values up to `floor` cannot be placed
    const [low, high] = (yRange ?? valueRange(this.#points, 1, floor)).map(scale);
    const ticksY = roundTicks(low, high, height / em / 4, log).map((y) => (log ? 10 ** y : y));
    const [y0, y1] = yRange?.map(scale) ?? [scale(ticksY[0]), scale(ticksY.at(-1))];
    const [x0, x1] = xRange ?? valueRange(this.#points.map((points) => [points[0], points.at(-1)].filter(Boolean)), 0);
    const maxWidth = (texts) => Math.max(0, ...texts.map((text) => context.measureText(text).width));
    const left = maxWidth(ticksY.map(format)) + 8;
    const plotWidth = width - left - Math.max(maxWidth(series.map(({ name }) => name)) + 10, em * 1.5);
    const [top, bottom] = [em * (nameY ? 1.7 : 0.6), height - em * 2.8];
    const plot = {
      ...{ context, ratio, em, width, left, plotWidth, top, bottom, x0, x1, floor, maxWidth },
      ticksY: ticksY.filter((y) => scale(y) >= y0 && scale(y) <= y1),
      toX: (x) => left + ((x - x0) / (x1 - x0)) * plotWidth,
      toY: (y) => bottom - ((scale(y) - y0) / (y1 - y0)) * (bottom - top),
      isVisible: ([, y]) => y !== null && y > floor,
      line: (...path) => (context.beginPath(), path.forEach((to) => context.lineTo(...to)), context.stroke()),
      write: (text, x, y, align) => ((context.textAlign = align), context.fillText(text, x, y)),
      dot: (x, y, radius) => (context.beginPath(), context.arc(plot.toX(x), plot.toY(y), radius, 0, 7), context.fill()),
      setColor: (i) => (context.strokeStyle = context.fillStyle = color(COLORS[i % COLORS.length])),
    };
    this.#plot = plot;
    this.#paintAxes(plot);
    this.#paintSeries(plot);
    this.#paintCursor(plot);
    this.#describe(plot);
  }

  #paintAxes({ context, em, width, left, plotWidth, top, bottom, x0, x1, ticksY, maxWidth, toX, toY, line, write }) {
    const { x: nameX, y: nameY, marks, diagonal, format, formatX } = this.#options;
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
    marks.forEach(({ x, text }, i) => {
      const isRight = x > (x0 + x1) / 2;
      line([toX(x), top], [toX(x), bottom]);
      write(text, toX(x) + (isRight ? -3 : 3), top + em * (0.5 + 1.2 * (i % 4)), isRight ? "right" : "left");
    });
    if (diagonal) line([toX(x0), toY(x0)], [toX(x1), toY(x1)]);
  }

  #paintSeries(plot) {
    const { context, em, plotWidth, bottom, toX, toY, isVisible, write, dot, setColor } = plot;
    const { series } = this.#options;
    const names = [];
    context.lineWidth = 1.75;
    this.#points.forEach((points, i) => {
      setColor(i);
      context.setLineDash(DASHES[(series[i].dashed ?? i) % DASHES.length | 0]);
      paintLine(points, plot);
      if (points.length * 12 < plotWidth) points.filter(isVisible).forEach(([x, y]) => dot(x, y, 2.5));
      const last = points.findLast(isVisible);
      if (last) names.push({ i, x: toX(last[0]) + 6, y: toY(last[1]) });
    });
    names.sort((a, b) => a.y - b.y); // names must not overlap, nor leave the plot
    names.forEach((name, k) => (name.y = Math.max(name.y, (names[k - 1]?.y ?? 0) + em * 1.1)));
    names.forEach((name, k) => {
      setColor(name.i);
      write(series[name.i].name, name.x, Math.min(name.y, bottom - (names.length - k - 0.5) * em * 1.1), "left");
    });
  }

  /** Mark the points at the cursor and show their values as text. */
  #paintCursor({ context, top, bottom, toX, line, dot, setColor }) {
    const { x: nameX, series, format, formatX } = this.#options;
    const cursor = this.#cursor;
    const nearest = this.#points.map((points) => (cursor === null ? null : points[nearestIndex(points, cursor)]));
    const x = nearest.filter(Boolean).sort((a, b) => Math.abs(a[0] - cursor) - Math.abs(b[0] - cursor))[0]?.[0];
    const texts = x === undefined ? [] : [`${nameX} ${formatX(x)}`];
    context.lineWidth = 1;
    context.setLineDash([]);
    if (texts.length) line([toX(x), top], [toX(x), bottom]);
    nearest.forEach((point, i) => {
      if ((point?.[1] ?? null) === null) return;
      setColor(i);
      dot(...point, 4);
      texts.push(`${series[i].name} ${format(point[1])}`);
    });
    if (this.#output.value !== texts.join(" · ")) this.#output.value = texts.join(" · ");
  }

  #describe({ isVisible }) {
    const { title, x, series, format, formatX } = this.#options;
    const at = (point) => `${format(point[1])} at ${formatX(point[0])}`;
    const describe = (points, i) => {
      const text = points.some(isVisible) ? `from ${at(points.find(isVisible))} to ${at(points.findLast(isVisible))}` : "no data yet";
      return (series[i].name && `${series[i].name}: `) + text;
    };
    this.canvas.ariaLabel = `${title} by ${x}. ${this.#points.map(describe).join("; ")}. Use the arrow keys to read the values.`;
  }

  #moveCursor(x) {
    this.#cursor = x;
    this.#queuePaint();
  }

  #handleKey(event) {
    const longest = this.#points.reduce((most, points) => (points.length > most.length ? points : most), []);
    const step = Math.ceil((longest.length / this.#plot.plotWidth) * 4);
    const index = this.#cursor === null ? longest.length : nearestIndex(longest, this.#cursor);
    const steps = { ArrowLeft: -step, ArrowRight: step, PageUp: -10 * step, PageDown: 10 * step, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || !longest.length) return;
    event.preventDefault();
    this.#moveCursor(longest[Math.min(longest.length - 1, Math.max(0, index + steps[event.key]))][0]);
  }
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
