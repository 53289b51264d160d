/* The pad: shows the drawing on its canvas, sharp at any pixel density. */

import { SIDE } from "./drawing-model.js";
import { paintImage } from "./image-canvas.js";
import { color, onThemeChange } from "./theme.js";

/** Width of the line in units of the sheet: about a tenth of a drawing that fills two thirds of it. */
export const DEFAULT_PEN_WIDTH = 70;

const MARGIN = 40; // around a picture, in units of the sheet

/** A stroke as a smooth path: curves through the midpoints between its positions. */
function path(stroke) {
  const line = new Path2D();
  const [first, ...rest] = stroke;
  line.moveTo(...first);
  rest.forEach(([x, y], i) => {
    const next = rest[i + 1];
    if (next) line.quadraticCurveTo(x, y, (x + next[0]) / 2, (y + next[1]) / 2);
    else line.lineTo(x, y);
  });
  if (rest.length === 0) line.lineTo(...first); // with round ends, a line of no length is a dot
  return line;
}

function painted(rows) {
  const canvas = document.createElement("canvas");
  paintImage(canvas, rows);
  return canvas;
}

export class DrawingCanvas {
  #canvas;
  #context;
  #drawing;
  #paths = new WeakMap(); // finished strokes never change
  #frame = 0;
  #marker = null;
  #pen = DEFAULT_PEN_WIDTH;

  constructor(canvas, drawing) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#drawing = drawing;
    this.#watchSize();
    onThemeChange(() => this.refresh());
  }

  /** Show the drawing as it is now, with the next frame. */
  refresh() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  /** Draw with a line of another width. */
  set pen(width) {
    this.#pen = width;
    this.refresh();
  }

  /** Where a picture of this size lies on the sheet: the units a pixel, and its corner. */
  place(width, height) {
    const scale = Math.min((this.#drawing.width - 2 * MARGIN) / width, (SIDE - 2 * MARGIN) / height);
    return { scale, left: (this.#drawing.width - width * scale) / 2, top: (SIDE - height * scale) / 2 };
  }

  /** Show where the keyboard's pen is: {position, down}, or null for nowhere. */
  mark(marker) {
    this.#marker = marker;
    this.refresh();
  }

  /** Keep a pixel of the canvas for each of the screen's, on another screen or at another zoom, too. */
  #watchSize() {
    const box = "devicePixelContentBoxSize" in ResizeObserverEntry.prototype ? "device-pixel-content-box" : "content-box";
    const observer = new ResizeObserver(([{ contentRect }]) => {
      for (const side of ["width", "height"]) {
        this.#canvas[side] = Math.max(1, Math.round(contentRect[side] * devicePixelRatio));
      }
      this.#paint(); // at once: a resized canvas is blank
    });
    observer.observe(this.#canvas, { box });
  }

  #paint() {
    const context = this.#context;
    const { width, height } = this.#canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.scale(width / this.#drawing.width, height / SIDE);
    const { bitmap, rows } = this.#drawing.picture ?? {};
    if (bitmap || rows) this.#paintPicture(bitmap ?? painted(rows));
    this.#paintStrokes();
    if (this.#marker) this.#paintMarker();
  }

  #paintPicture(bitmap) {
    const { scale, left, top } = this.place(bitmap.width, bitmap.height);
    this.#context.imageSmoothingEnabled = scale < 2; // enlarged pixels stay pixels
    this.#context.imageSmoothingQuality = "high";
    this.#context.drawImage(bitmap, left, top, bitmap.width * scale, bitmap.height * scale);
  }

  #paintStrokes() {
    const context = this.#context;
    const { strokes, isDrawing } = this.#drawing;
    context.strokeStyle = color("--ink");
    context.lineWidth = this.#pen;
    context.lineCap = context.lineJoin = "round";
    strokes.forEach((stroke, i) => {
      const growing = isDrawing && i === strokes.length - 1;
      if (!growing && !this.#paths.has(stroke)) this.#paths.set(stroke, path(stroke));
      context.stroke(growing ? path(stroke) : this.#paths.get(stroke));
    });
  }

  #paintMarker() {
    const context = this.#context;
    const { position, down } = this.#marker;
    context.beginPath();
    context.arc(...position, this.#pen / 2, 0, 2 * Math.PI);
    context.lineWidth = 10;
    context.strokeStyle = context.fillStyle = color("--accent");
    if (down) context.fill();
    context.stroke();
  }
}
