/* The image: what the server made of the drawing, with the windows that the crops are cut from. */

import { svg } from "./dom.js";
import { color, onThemeChange } from "./theme.js";

/** Paint a window of an image, rows of 0 = paper to 255 = ink, a pixel a pixel, in the theme's ink. */
export function paintImage(canvas, image, top = 0, left = 0, height = image.length, width = image[0].length) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels.data[4 * (y * width + x) + 3] = image[top + y][left + x];
  }
  context.putImageData(pixels, 0, 0);
  context.globalCompositeOperation = "source-in"; // the ink's strength was its opacity; this gives it its color
  context.fillStyle = color("--ink");
  context.fillRect(0, 0, width, height);
}

export class ImageCanvas {
  #canvas;
  #windows;
  #image = null;

  constructor(canvas, windows) {
    this.#canvas = canvas;
    this.#windows = windows;
    onThemeChange(() => this.#image && this.show(this.#image));
  }

  show(image) {
    this.#image = image;
    paintImage(this.#canvas, image);
  }

  clear() {
    this.#image = null;
    this.#canvas.getContext("2d").clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  /** Outline the crops' windows on an image of this height and width. */
  setWindows(height, width, offsets, size) {
    this.#windows.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#windows.classList.toggle("many", offsets.length > 9);
    this.#windows.replaceChildren(...offsets.map(([top, left]) => outline(top, left, size)));
  }

  /** Bring out one window, or none with null. */
  mark(index) {
    [...this.#windows.children].forEach((window, i) => window.classList.toggle("marked", i === index));
  }
}

function outline(top, left, size) {
  return svg("rect", { x: left, y: top, width: size, height: size });
}
