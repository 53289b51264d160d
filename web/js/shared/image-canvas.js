/* Paints normalized images, with the outlines of their crops. */

import { svg } from "./dom.js";
import { color, onThemeChange } from "./theme.js";

/** Paint a window of an image, rows of 0 = paper to 255 = ink, one canvas pixel per value, in the theme's ink color. */
export function paintImage(canvas, image, top = 0, left = 0, height = image.length, width = image[0].length) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels.data[4 * (y * width + x) + 3] = image[top + y][left + x];
  }
  context.putImageData(pixels, 0, 0);
  context.globalCompositeOperation = "source-in"; // so far only the opacity is set; this adds the color
  context.fillStyle = color("--ink");
  context.fillRect(0, 0, width, height);
}

export class ImageCanvas {
  #canvas;
  #outlines;
  #image = null;

  /** canvas: for the image; outlines: an <svg> over it. */
  constructor(canvas, outlines) {
    this.#canvas = canvas;
    this.#outlines = outlines;
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

  /** Outline the crops of an image of this height and width. */
  setCrops(height, width, offsets, size) {
    this.#outlines.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#outlines.classList.toggle("many", offsets.length > 9);
    this.#outlines.replaceChildren(...offsets.map(([top, left]) => svg("rect", { x: left, y: top, width: size, height: size })));
  }

  /** Highlight one crop, or none with null. */
  highlight(index) {
    [...this.#outlines.children].forEach((rect, i) => rect.classList.toggle("highlighted", i === index));
  }
}
