/* A map of a report's images: each is its true label, placed where the network's outputs for it are (GET /reports/ID/embedding).
   A click or Enter shows the image. */

import { byId, showError } from "../shared/dom.js";
import { formatCount, formatPercent } from "../shared/format.js";
import { ApiError, fetchJson, Unavailable } from "../shared/http.js";
import { color, onThemeChange } from "../shared/theme.js";
import { Gallery } from "./gallery.js";

const MARGIN = 14; // CSS pixels around the points
const REACH = 24; // of the pointer
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class EmbeddingMap {
  #canvas = byId("embedding-map");
  #output = byId("embedding-value");
  #gallery = new Gallery("embedding-image");
  #report = null; // whose map is shown, or is being loaded
  #embedding = null;
  #points = []; // [x, y] in CSS pixels
  #current = -1; // the highlighted image
  #isQueued = false;

  constructor() {
    const highlight = ({ offsetX, offsetY }) => this.#highlight(this.#nearest([offsetX, offsetY], REACH));
    this.#canvas.addEventListener("pointermove", highlight);
    this.#canvas.addEventListener("click", (event) => {
      highlight(event); // a tap moves no pointer
      this.#open();
    });
    this.#canvas.addEventListener("keydown", (event) => this.#handleKey(event));
    new ResizeObserver(() => this.#queuePaint()).observe(this.#canvas);
    onThemeChange(() => this.#queuePaint());
  }

  /** Load and show the map of a report. */
  async show(report) {
    if (report.id === this.#report?.id) return;
    [this.#report, this.#embedding, this.#current] = [report, null, -1];
    byId("embedding-image").hidden = true;
    this.#output.value = "Loading…";
    this.#queuePaint();
    try {
      const embedding = await fetchJson(`/reports/${report.id}/embedding`);
      if (this.#report !== report) return;
      this.#embedding = embedding;
      this.#output.value = this.#summary();
      showError(byId("embedding-error"), null);
    } catch (error) {
      if (!(error instanceof Unavailable || error instanceof ApiError)) throw error;
      if (this.#report !== report) return;
      this.#report = null; // opening it again tries again
      this.#output.value = "";
      showError(byId("embedding-error"), error);
    }
    this.#queuePaint();
  }

  #summary() {
    const { index, explained_variance: [first, second] } = this.#embedding;
    return `${formatCount(index.length)} images. The axes show ${formatPercent(first + second)} of the variance.`;
  }

  #describe(i) {
    const { labels, true: targets, predicted, index } = this.#embedding;
    const [label, answer] = [labels[targets[i]], labels[predicted[i]]];
    return `Image ${index[i]}: ${label === answer ? `${label}, read correctly` : `${label}, read as ${answer}`}`;
  }

  #queuePaint() {
    if (!this.#isQueued) requestAnimationFrame(() => this.#paint());
    this.#isQueued = true;
  }

  #paint() {
    this.#isQueued = false;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (!width || !height) return;
    const context = this.#canvas.getContext("2d");
    Object.assign(this.#canvas, { width: width * devicePixelRatio, height: height * devicePixelRatio });
    context.scale(devicePixelRatio, devicePixelRatio);
    if (!this.#embedding) return;
    this.#points = place(this.#embedding.points, width, height);
    const { labels, true: targets, predicted } = this.#embedding;
    Object.assign(context, { textAlign: "center", textBaseline: "middle" });
    for (const isMistake of [false, true]) { // mistakes are painted over the others
      context.font = `${isMistake ? "700 0.9375rem" : "0.6875rem"} ${getComputedStyle(this.#canvas).fontFamily}`;
      context.fillStyle = color(isMistake ? "--counter" : "--muted");
      this.#points.forEach((point, i) => {
        if ((targets[i] !== predicted[i]) === isMistake) context.fillText(labels[targets[i]].slice(0, 2), ...point);
      });
    }
    if (this.#current < 0) return;
    context.strokeStyle = color("--accent");
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(...this.#points[this.#current], 11, 0, 7);
    context.stroke();
  }

  #nearest([x, y], reach = Infinity, isCandidate = () => true) {
    let [best, found] = [reach ** 2, -1];
    this.#points.forEach(([left, top], i) => {
      const distance = (left - x) ** 2 + (top - y) ** 2;
      if (distance < best && isCandidate(i)) [best, found] = [distance, i];
    });
    return found;
  }

  #highlight(i) {
    if (i === this.#current || !this.#embedding) return;
    this.#current = i;
    this.#output.value = i < 0 ? this.#summary() : this.#describe(i);
    this.#queuePaint();
  }

  #open() {
    if (this.#current < 0) return;
    this.#gallery.show(this.#describe(this.#current), this.#report, { index: this.#embedding.index[this.#current] });
  }

  #handleKey(event) {
    if (event.key === "Enter") this.#open();
    const direction = DIRECTIONS[event.key];
    if (!direction || !this.#points.length) return;
    event.preventDefault();
    const { clientWidth, clientHeight } = this.#canvas;
    const from = this.#points[this.#current] ?? [clientWidth / 2, clientHeight / 2];
    const isAhead = (i) => {
      const [dx, dy] = [this.#points[i][0] - from[0], this.#points[i][1] - from[1]];
      const ahead = dx * direction[0] + dy * direction[1];
      return ahead > 0.5 && ahead >= Math.abs(dx * direction[1]) + Math.abs(dy * direction[0]);
    };
    const next = this.#nearest(from, Infinity, isAhead);
    if (next >= 0) this.#highlight(next);
  }
}

/** Scale points to a canvas, y up, with the same scale on both axes. */
function place(points, width, height) {
  const [left, right, low, high] = [0, 1].flatMap((axis) => {
    const values = points.map((point) => point[axis]);
    return [Math.min(...values), Math.max(...values)];
  });
  const scale = Math.min((width - 2 * MARGIN) / (right - left || 1), (height - 2 * MARGIN) / (high - low || 1));
  const [centerX, centerY] = [(left + right) / 2, (low + high) / 2];
  return points.map(([x, y]) => [width / 2 + (x - centerX) * scale, height / 2 - (y - centerY) * scale]);
}
