/* A line chart on a canvas: series over a common x, told apart by dashes and by the name at each line's end. However many
   points a series has, only what widens the stroke in a column of pixels is drawn. Its styles: chart.css. */

import { h } from "./dom.js";
import { color, onThemeChange } from "./theme.js";

const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3], [16, 4], [1, 5], [6, 3, 1, 3, 1, 3]];
const COLORS = ["--accent", "--text", "--muted"];
const number = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 4 });

export class LineChart {
  #options;
  #read = h("output", { ariaLive: "off" }); // spoken only to who asks for it with the keys
  #points = [];
  #queued = false;
  #at = null; // the x that is read, or null
  #plot = { left: 0, wide: 1, x0: 0, x1: 1 };

  /** figure: an empty <figure>. options: title, series ({name, dashed}); x, y: the axes' names; xRange, yRange: [low, high] where
   *  they are fixed; log: y in powers of ten; diagonal: the line y = x beside; format, formatX: a value in words. */
  constructor(figure, options) {
    this.#options = { x: "", y: "", format: number.format, formatX: number.format, marks: [], ...options };
    this.canvas = h("canvas", { role: "img", tabIndex: 0 });
    figure.classList.add("chart");
    figure.replaceChildren(h("figcaption", {}, h("span", { text: options.title }), this.#read), this.canvas);
    const hear = (types, heard) => types.split(" ").forEach((type) => this.canvas.addEventListener(type, heard));
    hear("pointermove pointerdown", ({ offsetX }) => {
      const { left, wide, x0, x1 } = this.#plot;
      this.#readAt(x0 + ((offsetX - left) / wide) * (x1 - x0));
    });
    hear("keydown", (event) => this.#key(event));
    hear("focus blur", ({ type }) => (this.#read.ariaLive = type === "focus" ? "polite" : "off"));
    hear("blur pointerleave", () => this.#readAt(null));
    new ResizeObserver(() => this.#draw()).observe(this.canvas);
    onThemeChange(() => this.#later());
  }

  /** Show a list of [x, y] a series, x ascending; null as y leaves a gap. The lists are kept, not copied: one may add to them and
   *  show them again. options: any of the above, from now on, and marks, [{x, text}]: what happened at an x. */
  show(points, options) {
    this.#points = points;
    Object.assign(this.#options, options);
    this.#later();
  }

  #later() {
    if (!this.#queued) requestAnimationFrame(() => this.#draw());
    this.#queued = true;
  }

  #draw() {
    this.#queued = false;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const { x: nameX, y: nameY, xRange, yRange, series, marks, log, diagonal, format, formatX } = this.#options;
    const [c, dots] = [this.canvas.getContext("2d"), devicePixelRatio];
    const { fontSize, fontFamily } = getComputedStyle(this.canvas);
    const em = parseFloat(fontSize);
    Object.assign(this.canvas, { width: width * dots, height: height * dots });
    c.scale(dots, dots);
    c.font = `${fontSize} ${fontFamily}`;
    c.textBaseline = "middle";

    const [scale, flat] = log ? [Math.log10, 0] : [Number, -Infinity]; // what is not above `flat` has no place
    const [low, high] = (yRange ?? span(this.#points, 1, flat)).map(scale);
    const ys = ticks(low, high, height / em / 4, log).map((y) => (log ? 10 ** y : y));
    const [y0, y1] = yRange?.map(scale) ?? [scale(ys[0]), scale(ys.at(-1))];
    const [x0, x1] = xRange ?? span(this.#points.map((points) => [points[0], points.at(-1)].filter(Boolean)), 0, -Infinity);
    const widest = (texts) => Math.max(0, ...texts.map((text) => c.measureText(text).width));
    const left = widest(ys.map(format)) + 8;
    const wide = width - left - Math.max(widest(series.map(({ name }) => name)) + 10, em * 1.5);
    const [top, bottom] = [em * (nameY ? 1.7 : 0.6), height - em * 2.8];
    const toX = (x) => left + ((x - x0) / (x1 - x0)) * wide;
    const toY = (y) => bottom - ((scale(y) - y0) / (y1 - y0)) * (bottom - top);
    const line = (...path) => (c.beginPath(), path.forEach((to) => c.lineTo(...to)), c.stroke());
    const upright = (x) => line([toX(x), top], [toX(x), bottom]);
    const write = (text, x, y, align) => ((c.textAlign = align), c.fillText(text, x, y));
    const dot = (x, y, radius) => (c.beginPath(), c.arc(toX(x), toY(y), radius, 0, 7), c.fill());
    const dye = (i) => (c.strokeStyle = c.fillStyle = color(COLORS[i % COLORS.length]));
    this.#plot = { left, wide, x0, x1 };

    c.fillStyle = color("--muted");
    c.strokeStyle = color("--line");
    for (const y of ys.filter((y) => scale(y) >= y0 && scale(y) <= y1)) {
      line([left, toY(y)], [left + wide, toY(y)]);
      write(format(y), left - 6, toY(y), "right");
    }
    const xs = ticks(x0, x1, wide / em / 5).filter((x) => x >= x0 && x <= x1);
    for (const x of xs) write(formatX(x), Math.min(toX(x), width - widest([formatX(x)]) / 2), bottom + em, "center");
    write(nameX, left + wide, bottom + em * 2.2, "right");
    write(nameY, 0, em / 2, "left");
    c.strokeStyle = color("--edge");
    c.setLineDash([2, 4]);
    marks.forEach(({ x, text }, i) => {
      const late = x > (x0 + x1) / 2;
      upright(x);
      write(text, toX(x) + (late ? -3 : 3), top + em * (0.5 + 1.2 * (i % 4)), late ? "right" : "left");
    });
    if (diagonal) line([toX(x0), toY(x0)], [toX(x1), toY(x1)]);

    const placed = ([, y]) => y !== null && y > flat;
    const names = [];
    c.lineWidth = 1.75;
    this.#points.forEach((points, i) => {
      dye(i);
      c.setLineDash(DASHES[(series[i].dashed ?? i) % DASHES.length | 0]);
      trace(c, points, toX, toY, dots, flat);
      if (points.length * 12 < wide) points.filter(placed).forEach(([x, y]) => dot(x, y, 2.5));
      const end = points.findLast(placed);
      if (end) names.push({ i, x: toX(end[0]) + 6, y: toY(end[1]) });
    });
    names.sort((a, b) => a.y - b.y); // no name over another, and none below the plot
    names.forEach((name, k) => (name.y = Math.max(name.y, (names[k - 1]?.y ?? 0) + em * 1.1)));
    names.forEach((name, k) => {
      dye(name.i);
      write(series[name.i].name, name.x, Math.min(name.y, bottom - (names.length - k - 0.5) * em * 1.1), "left");
    });

    const near = this.#points.map((points) => (this.#at === null ? null : points[nearest(points, this.#at)]));
    const read = near.filter(Boolean).sort((a, b) => Math.abs(a[0] - this.#at) - Math.abs(b[0] - this.#at))[0]?.[0];
    const words = read === undefined ? [] : [`${nameX} ${formatX(read)}`];
    c.lineWidth = 1;
    c.setLineDash([]);
    if (words.length) upright(read);
    near.forEach((point, i) => {
      if ((point?.[1] ?? null) === null) return;
      dye(i);
      dot(...point, 4);
      words.push(`${series[i].name} ${format(point[1])}`);
    });
    if (this.#read.value !== words.join(" · ")) this.#read.value = words.join(" · ");
    const at = ([x, y]) => `${format(y)} at ${formatX(x)}`;
    const way = (points) => (points.some(placed) ? `from ${at(points.find(placed))} to ${at(points.findLast(placed))}` : "nothing yet");
    const said = (points, i) => (series[i].name && `${series[i].name}: `) + way(points);
    this.canvas.ariaLabel = `${this.#options.title} by ${nameX}. ${this.#points.map(said).join("; ")}. Arrow keys read it point by point.`;
  }

  #readAt(x) {
    this.#at = x;
    this.#later();
  }

  #key(event) {
    const points = this.#points.reduce((most, points) => (points.length > most.length ? points : most), []);
    const stride = Math.ceil((points.length / this.#plot.wide) * 4);
    const now = this.#at === null ? points.length : nearest(points, this.#at);
    const steps = { ArrowLeft: -stride, ArrowRight: stride, PageUp: -10 * stride, PageDown: 10 * stride, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || !points.length) return;
    event.preventDefault();
    this.#readAt(points[Math.min(points.length - 1, Math.max(0, now + steps[event.key]))][0]);
  }
}

/** The index of the point whose x is nearest. */
function nearest(points, x) {
  const after = points.findIndex((point) => point[0] >= x);
  if (after < 0) return points.length - 1;
  return after && x - points[after - 1][0] < points[after][0] - x ? after - 1 : after;
}

/** Draw one line; of the points in one column of the screen, the first and those that reach further up or down. */
function trace(c, points, toX, toY, dots, flat) {
  let [column, low, high, gap] = [0, 0, 0, true];
  c.beginPath();
  for (const point of points) {
    if (point[1] === null || !(point[1] > flat)) gap = true;
    else {
      const [px, y] = [toX(point[0]), toY(point[1])];
      const own = Math.round(px * dots);
      if (own !== column || gap) [column, low, high] = [own, Infinity, -Infinity];
      if (y < low || y > high) gap ? c.moveTo(px, y) : c.lineTo(px, y);
      [low, high, gap] = [Math.min(low, y), Math.max(high, y), false];
    }
  }
  c.stroke();
}

/** [least, most] of x (axis 0) or y (axis 1), never the same twice. */
function span(all, axis, flat) {
  let [least, most] = [Infinity, -Infinity];
  for (const points of all) {
    for (const { [axis]: value } of points) {
      if (value === null || !(value > flat)) continue;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  if (most > least) return [least, most];
  return most === least ? [Math.min(0, 2 * least), Math.max(0, 2 * least) || 1] : [0.1, 1];
}

/** About `count` round values, from the one at or below `low` to the one at or above `high`; whole: whole numbers alone. */
function ticks(low, high, count, whole) {
  const rough = (high - low) / Math.max(1, Math.floor(count));
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(whole ? 1 : 0, unit * [1, 2, 5, 10].find((times) => times * unit > rough * 0.999));
  const from = Math.floor(low / step + 1e-9);
  return Array.from({ length: Math.ceil(high / step - 1e-9) - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(12)));
}
