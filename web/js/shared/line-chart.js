/* A line chart on a canvas. Series share the x axis and differ in their dashes and the name at the line's end. Long series
   are reduced to the points that are visible at the canvas's resolution. Dragging selects a range of x. Styles: line-chart.css. */

import { nearestIndex, pointsWithin, roundTicks, smooth, valueRange } from "./chart-scale.js";
import { h } from "./dom.js";
import { formatCount } from "./format.js";
import { paintAxes, paintCursor, paintSelection, paintSeries } from "./line-chart-painter.js";
import { onThemeChange } from "./theme.js";

const MIN_DRAG = 8; // pixels; a shorter one is a click
const ZOOM_STEP = 2; // factor of the + and - keys
const number = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 4 });
const isSet = (value) => value !== null && value !== undefined;

export class LineChart {
  #options;
  #output = h("output", { ariaLive: "off" }); // announced only while the keyboard is used
  #reset = h("button", { type: "button", text: "Show all", hidden: true, onclick: () => this.#zoomTo(null) });
  #points = [];
  #isQueued = false;
  #cursor = null; // the x whose values are shown, or null
  #drag = null; // [x where it began, x where it is], or null
  #zoom = null; // [min x, max x], or null for all
  #plot = { left: 0, plotWidth: 1, x0: 0, x1: 1 };

  /** figure: an empty <figure>. options: title; series: [{name, dashed}]; x, y: axis names; xRange, yRange: fixed [min, max];
   *  log: logarithmic y axis; smoothing: weight of an exponential moving average, 0..1; diagonal: whether to draw y = x; format,
   *  formatX: format a value; canDownload: whether to offer the points and the picture as files. */
  constructor(figure, options) {
    this.#options = { x: "", y: "", format: number.format, formatX: number.format, marks: [], smoothing: 0, ...options };
    this.canvas = h("canvas", { role: "img", tabIndex: 0 });
    figure.classList.add("chart");
    const tools = h("span", { class: "chart-tools" }, this.#reset, ...(options.canDownload ? this.#createDownloads() : []));
    const title = h("span", { class: "chart-title" }, h("span", { text: options.title }), tools);
    figure.replaceChildren(h("figcaption", {}, title, this.#output), this.canvas);
    const listen = (types, handler) => types.split(" ").forEach((type) => this.canvas.addEventListener(type, handler));
    listen("pointermove pointerdown pointerup pointercancel", (event) => this.#handlePointer(event));
    listen("dblclick", () => this.#zoomTo(null));
    listen("keydown", (event) => this.#handleKey(event));
    listen("focus blur", ({ type }) => (this.#output.ariaLive = type === "focus" ? "polite" : "off"));
    listen("blur pointerleave", () => this.#moveCursor(null));
    new ResizeObserver(() => this.#paint()).observe(this.canvas);
    onThemeChange(() => this.#queuePaint());
  }

  /** Show a list of [x, y] or [x, y, number of images] per series, x ascending; a null y leaves a gap. The lists are not copied:
   *  append to them and call again. options: overrides for those above, and marks, [{x, text}]: events at an x. */
  show(points, options) {
    this.#points = points;
    this.setOptions(options);
  }

  /** Show the whole range again, without a cursor: what is shown next is something else. */
  reset() {
    this.#cursor = null;
    this.#zoomTo(null);
  }

  setOptions(options) {
    Object.assign(this.#options, options);
    this.#queuePaint();
  }

  #createDownloads() {
    const download = async (type) => {
      const module = await import("./chart-download.js");
      module.downloadChart(type, this.canvas, this.#points, this.#options);
    };
    const { title } = this.#options;
    return ["CSV", "PNG"].map((type) => h("button", { type: "button", text: type, ariaLabel: `Download ${title} as ${type}`, onclick: () => download(type) }));
  }

  #queuePaint() {
    if (!this.#isQueued) requestAnimationFrame(() => this.#paint());
    this.#isQueued = true;
  }

  #paint() {
    this.#isQueued = false;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const { y: nameY, xRange, yRange, series, log, format, smoothing } = this.#options;
    const [context, ratio] = [this.canvas.getContext("2d"), devicePixelRatio];
    const { fontSize, fontFamily } = getComputedStyle(this.canvas);
    const em = parseFloat(fontSize);
    Object.assign(this.canvas, { width: width * ratio, height: height * ratio });
    context.scale(ratio, ratio);
    context.font = `${fontSize} ${fontFamily}`;
    context.textBaseline = "middle";

    const [scale, floor] = log ? [Math.log10, 0] : [Number, -Infinity]; // values up to `floor` cannot be placed
    const ends = this.#points.map((points) => [points[0], points.at(-1)].filter(Boolean));
    const [x0, x1] = this.#zoom ?? xRange ?? valueRange(ends, 0);
    const within = (points) => (this.#zoom ? pointsWithin(points, x0, x1) : points);
    const raw = this.#points.map(within);
    const points = smoothing ? this.#points.map((each) => within(smooth(each, smoothing))) : raw;
    const [low, high] = (yRange ?? valueRange(raw, 1, floor)).map(scale);
    const ticksY = roundTicks(low, high, height / em / 4, log).map((y) => (log ? 10 ** y : y));
    const [y0, y1] = yRange?.map(scale) ?? [scale(ticksY[0]), scale(ticksY.at(-1))];
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
    };
    this.#plot = plot;
    paintAxes(plot, this.#options);
    paintSeries(plot, series, points, smoothing ? raw : null);
    if (this.#drag) paintSelection(plot, this.#drag);
    this.#showValues(isSet(this.#cursor) && paintCursor(plot, points, this.#cursor), points, raw);
    this.#describe(plot, raw);
  }

  /** Show the values of the points at the cursor as text. found: a result of `paintCursor`. */
  #showValues(found, points, raw) {
    const { x: nameX, series, format, formatX, smoothing } = this.#options;
    const texts = found ? [`${nameX} ${formatX(found[0])}`] : [];
    for (const [i, index] of found ? found[1].entries() : []) {
      const y = points[i][index]?.[1];
      const value = isSet(y) && (smoothing ? `${format(y)} smoothed, ${format(raw[i][index][1])}` : format(y));
      const n = raw[i][index]?.[2];
      if (value) texts.push(`${series[i].name} ${value}${n ? `, n = ${formatCount(n)}` : ""}`);
    }
    if (this.#output.value !== texts.join(" · ")) this.#output.value = texts.join(" · ");
  }

  #describe({ isVisible }, raw) {
    const { title, x, series, format, formatX } = this.#options;
    const at = (point) => `${format(point[1])} at ${formatX(point[0])}`;
    const describe = (points, i) => {
      const text = points.some(isVisible) ? `from ${at(points.find(isVisible))} to ${at(points.findLast(isVisible))}` : "no data yet";
      return (series[i].name && `${series[i].name}: `) + text;
    };
    const keys = "Use the arrow keys to read the values, plus and minus to zoom, and 0 to show all.";
    this.canvas.ariaLabel = `${title} by ${x}. ${raw.map(describe).join("; ")}. ${keys}`;
  }

  #moveCursor(x) {
    this.#cursor = x;
    this.#queuePaint();
  }

  #zoomTo(range) {
    [this.#zoom, this.#drag] = [range, null];
    if (!range && this.#reset === document.activeElement) this.canvas.focus();
    this.#reset.hidden = !range;
    this.#queuePaint();
  }

  #handlePointer({ type, offsetX, pointerId }) {
    const { left, plotWidth, x0, x1 } = this.#plot;
    const x = x0 + (Math.min(1, Math.max(0, (offsetX - left) / plotWidth))) * (x1 - x0);
    const isLong = this.#drag && Math.abs(x - this.#drag[0]) > (MIN_DRAG / plotWidth) * (x1 - x0);
    if (type === "pointerdown") {
      this.#drag = [x, x];
      this.canvas.setPointerCapture(pointerId);
    } else if (type === "pointermove" && this.#drag) this.#drag[1] = x;
    else if (type === "pointerup" && isLong) return this.#zoomTo([this.#drag[0], x].sort((a, b) => a - b));
    else this.#drag = null;
    this.#moveCursor(x);
  }

  #handleKey(event) {
    const points = this.#points.reduce((most, each) => (each.length > most.length ? each : most), []);
    const { x0, x1, plotWidth } = this.#plot;
    const zoom = { "+": 1 / ZOOM_STEP, "=": 1 / ZOOM_STEP, "-": ZOOM_STEP, 0: Infinity, Escape: this.#zoom ? Infinity : 0 }[event.key];
    const step = Math.ceil((points.length / plotWidth) * 4);
    const index = this.#cursor === null ? points.length : nearestIndex(points, this.#cursor);
    const steps = { ArrowLeft: -step, ArrowRight: step, PageUp: -10 * step, PageDown: 10 * step, Home: -Infinity, End: Infinity };
    if (!points.length || event.ctrlKey || event.metaKey || !(zoom || event.key in steps)) return;
    event.preventDefault();
    if (!zoom) return this.#moveCursor(points[Math.min(points.length - 1, Math.max(0, index + steps[event.key]))][0]);
    const [low, high] = this.#options.xRange ?? [points[0][0], points.at(-1)[0]];
    const [center, half] = [this.#cursor ?? (x0 + x1) / 2, ((x1 - x0) * zoom) / 2];
    const range = [Math.max(low, center - half), Math.min(high, center + half)];
    this.#zoomTo(range[1] - range[0] < high - low ? range : null);
  }
}
