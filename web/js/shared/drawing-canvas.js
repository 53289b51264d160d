/* Renders the drawing on its <canvas>, sharp at any pixel density. */

import { SIDE } from "./drawing-model.js";
import { paintImage } from "./image-canvas.js";
import { color, onThemeChange } from "./theme.js";

/** In units of the drawing: about a tenth of a character that fills two thirds of the canvas. */
export const DEFAULT_PEN_WIDTH = 70;

const MARGIN = 40; // around a picture, in units of the drawing

/** A stroke as a smooth path: curves through the midpoints between its positions. */
function toPath(stroke) {
  const path = new Path2D();
  const [first, ...rest] = stroke;
  path.moveTo(...first);
  rest.forEach(([x, y], i) => {
    const next = rest[i + 1];
    if (next) path.quadraticCurveTo(x, y, (x + next[0]) / 2, (y + next[1]) / 2);
    else path.lineTo(x, y);
  });
  if (rest.length === 0) path.lineTo(...first); // with round caps, a line of length zero is a dot
  return path;
}

function toCanvas(rows) {
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
  #cursor = null;
  #penWidth = DEFAULT_PEN_WIDTH;

  constructor(canvas, drawing) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#drawing = drawing;
    this.#observeSize();
    onThemeChange(() => this.refresh());
  }

  /** Repaint in the next frame. */
  refresh() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  set penWidth(width) {
    this.#penWidth = width;
    this.refresh();
  }

  /** Where a picture of this size is placed: {scale, left, top}, in units of the drawing. */
  placePicture(width, height) {
    const scale = Math.min((this.#drawing.width - 2 * MARGIN) / width, (SIDE - 2 * MARGIN) / height);
    return { scale, left: (this.#drawing.width - width * scale) / 2, top: (SIDE - height * scale) / 2 };
  }

  /** Show the keyboard's pen: {position, isDown}, or null to hide it. */
  showCursor(cursor) {
    this.#cursor = cursor;
    this.refresh();
  }

  /** Keep one canvas pixel per screen pixel, also after a change of screen or zoom. */
  #observeSize() {
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
    if (bitmap || rows) this.#paintPicture(bitmap ?? toCanvas(rows));
    this.#paintStrokes();
    if (this.#cursor) this.#paintCursor();
  }

  #paintPicture(bitmap) {
    const { scale, left, top } = this.placePicture(bitmap.width, bitmap.height);
    this.#context.imageSmoothingEnabled = scale < 2; // enlarged pixels keep sharp edges
    this.#context.imageSmoothingQuality = "high";
    this.#context.drawImage(bitmap, left, top, bitmap.width * scale, bitmap.height * scale);
  }

  #paintStrokes() {
    const context = this.#context;
    const { strokes, isDrawing } = this.#drawing;
    context.strokeStyle = color("--ink");
    context.lineWidth = this.#penWidth;
    context.lineCap = context.lineJoin = "round";
    strokes.forEach((stroke, i) => {
      const isGrowing = isDrawing && i === strokes.length - 1;
      if (!isGrowing && !this.#paths.has(stroke)) this.#paths.set(stroke, toPath(stroke));
      context.stroke(isGrowing ? toPath(stroke) : this.#paths.get(stroke));
    });
  }

  #paintCursor() {
    const context = this.#context;
    const { position, isDown } = this.#cursor;
    context.beginPath();
    context.arc(...position, this.#penWidth / 2, 0, 2 * Math.PI);
    context.lineWidth = 10;
    context.strokeStyle = context.fillStyle = color("--accent");
    if (isDown) context.fill();
    context.stroke();
  }
}
