/* Step by step: what happens to a drawing until it is what the network sees, in small pictures. */

import { svg } from "../shared/dom.js";
import { paintImage } from "../shared/image-canvas.js";
import { onThemeChange } from "../shared/theme.js";

export class Steps {
  #details;
  #figures;
  #last = null;

  /** `toggle(open)` hears of it being opened and closed. */
  constructor(details, toggle) {
    this.#details = details;
    this.#figures = Object.fromEntries([...details.querySelectorAll("figure")].map((figure) => [figure.dataset.step, figure]));
    details.addEventListener("toggle", () => toggle(details.open));
    onThemeChange(() => this.#last && this.show(...this.#last));
  }

  get isOpen() {
    return this.#details.open;
  }

  /** Show the steps of an answer, and the windows that the image is cut into: [top, left] each, and their size. */
  show(steps, offsets, size) {
    this.#last = [steps, offsets, size];
    const { picture, ink, box, scaled, image } = steps;
    this.#put("picture", picture, shape(picture), paintGrey);
    this.#put("ink", ink, `box ${box[2] - box[0]}×${box[3] - box[1]}`);
    this.#put("scaled", scaled, shape(scaled));
    this.#put("image", image, shape(image));
    this.#put("crops", image, `${offsets.length} of ${size}×${size}`);
    this.#outline("ink", ink, [outline(box[0], box[1], box[2] - box[0], box[3] - box[1])]);
    this.#outline("image", image, [cross(image)]);
    this.#outline("crops", image, offsets.map(([top, left]) => outline(left, top, size, size)));
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

  #put(step, rows, said, paintRows = paintImage) {
    paintRows(this.#figures[step].querySelector("canvas"), rows);
    this.#figures[step].querySelector("figcaption span").textContent = said;
  }

  #outline(step, rows, shapes) {
    const over = this.#figures[step].querySelector("svg");
    over.setAttribute("viewBox", `0 0 ${rows[0].length} ${rows.length}`);
    over.classList.toggle("many", shapes.length > 9);
    over.replaceChildren(...shapes);
  }
}

function shape(rows) {
  return `${rows[0].length}×${rows.length}`;
}

function outline(x, y, width, height) {
  return svg("rect", { x, y, width, height });
}

/** Where the center of the ink's weight lies. */
function cross(rows) {
  let [sum, x, y] = [0, 0, 0];
  const add = (value, left, top) => {
    sum += value;
    x += value * (left + 0.5);
    y += value * (top + 0.5);
  };
  rows.forEach((row, top) => row.forEach((value, left) => add(value, left, top)));
  return svg("path", { d: `M${x / sum - 2} ${y / sum}h4m-2-2v4` });
}

/** Paint a picture as grey as it is, 0 = black, whatever the theme. */
function paintGrey(canvas, rows) {
  const [height, width] = [rows.length, rows[0].length];
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  rows.flat().forEach((value, i) => pixels.data.set([value, value, value, 255], 4 * i));
  context.putImageData(pixels, 0, 0);
}
