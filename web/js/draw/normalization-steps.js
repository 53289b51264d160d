/* The steps from a drawing to the network's input, as small pictures. */

import { svg } from "../shared/dom.js";
import { paintImage } from "../shared/image-canvas.js";
import { onThemeChange } from "../shared/theme.js";

export class NormalizationSteps {
  #details;
  #figures;
  #last = null;

  /** `onToggle(isOpen)` is called when the details are opened or closed. */
  constructor(details, onToggle) {
    this.#details = details;
    this.#figures = Object.fromEntries([...details.querySelectorAll("figure")].map((figure) => [figure.dataset.step, figure]));
    details.addEventListener("toggle", () => onToggle(details.open));
    onThemeChange(() => this.#last && this.show(...this.#last));
  }

  get isOpen() {
    return this.#details.open;
  }

  /** Show the `steps` of a prediction and the crops of the image: their [top, left] corners and their size. */
  show(steps, offsets, size) {
    this.#last = [steps, offsets, size];
    const { picture, ink, box, scaled, image } = steps;
    this.#paint("picture", picture, dimensions(picture), paintGray);
    this.#paint("ink", ink, `box ${box[2] - box[0]}×${box[3] - box[1]}`);
    this.#paint("scaled", scaled, dimensions(scaled));
    this.#paint("image", image, dimensions(image));
    this.#paint("crops", image, `${offsets.length} of ${size}×${size}`);
    this.#overlay("ink", ink, [rectangle(box[0], box[1], box[2] - box[0], box[3] - box[1])]);
    this.#overlay("image", image, [centerOfMass(image)]);
    this.#overlay("crops", image, offsets.map(([top, left]) => rectangle(left, top, size, size)));
  }

  clear() {
    this.#last = null;
    for (const figure of Object.values(this.#figures)) {
      const canvas = figure.querySelector("canvas");
      canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
      figure.querySelector("svg")?.replaceChildren();
      figure.querySelector("figcaption span").textContent = "";
    }
  }

  #paint(step, rows, caption, paintRows = paintImage) {
    paintRows(this.#figures[step].querySelector("canvas"), rows);
    this.#figures[step].querySelector("figcaption span").textContent = caption;
  }

  #overlay(step, rows, shapes) {
    const overlay = this.#figures[step].querySelector("svg");
    overlay.setAttribute("viewBox", `0 0 ${rows[0].length} ${rows.length}`);
    overlay.classList.toggle("many", shapes.length > 9);
    overlay.replaceChildren(...shapes);
  }
}

function dimensions(rows) {
  return `${rows[0].length}×${rows.length}`;
}

function rectangle(x, y, width, height) {
  return svg("rect", { x, y, width, height });
}

/** A cross at the center of mass of an image. */
function centerOfMass(rows) {
  let [sum, x, y] = [0, 0, 0];
  const add = (value, left, top) => {
    sum += value;
    x += value * (left + 0.5);
    y += value * (top + 0.5);
  };
  rows.forEach((row, top) => row.forEach((value, left) => add(value, left, top)));
  return svg("path", { d: `M${x / sum - 2} ${y / sum}h4m-2-2v4` });
}

/** Paint a grayscale picture, 0 = black, independent of the theme. */
function paintGray(canvas, rows) {
  const [height, width] = [rows.length, rows[0].length];
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  rows.flat().forEach((value, i) => pixels.data.set([value, value, value, 255], 4 * i));
  context.putImageData(pixels, 0, 0);
}
