/* What kernel size, stride and padding do: the shape of the output, and the window on a small grid. */

import { h, svg } from "../shared/dom.js";

const INPUT = 8; // pixels per side of the input
const SETTINGS = [
  { name: "Kernel size", min: 1, max: 7, value: 3 },
  { name: "Stride", min: 1, max: 4, value: 1 },
  { name: "Padding", min: 0, max: 3, value: 0 },
];
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export class ConvolutionShapes {
  #onChange;
  #at = [0, 0]; // row and column of the selected output pixel
  #fields;
  #formula = h("p", { class: "formula", role: "status", "data-testid": "shape-formula" });
  #text = h("p", { class: "hint", "data-testid": "shape-text" });
  #input = svg("svg", { role: "img" });
  #output = svg("svg", { role: "application", tabindex: 0 });

  /** Fill a container. shape: "KERNEL,STRIDE,PADDING" or null; onChange(shape) is called when it is changed. */
  constructor(container, shape, onChange) {
    this.#onChange = onChange;
    const values = shape?.split(",").map(Number) ?? [];
    const isValid = ({ min, max }, i) => Number.isInteger(values[i]) && values[i] >= min && values[i] <= max;
    this.#fields = SETTINGS.map((setting, i) => {
      const value = isValid(setting, i) ? values[i] : setting.value;
      const { name, min, max } = setting;
      const field = h("input", { type: "range", min, max, value, "aria-label": name, oninput: () => this.#handleInput() });
      return { field, output: h("output"), element: h("label", { class: "field" }, h("span", { text: name }), field) };
    });
    for (const each of this.#fields) each.element.append(each.output);
    const figure = (caption, picture) => h("figure", {}, h("figcaption", { text: caption }), picture);
    container.append(
      h("div", { class: "shape-fields" }, ...this.#fields.map(({ element }) => element)),
      this.#formula,
      h("div", { class: "shape-figures" }, figure("Input with padding", this.#input), figure("Output", this.#output)),
      this.#text,
    );
    this.#output.addEventListener("pointermove", (event) => this.#selectAt(event));
    this.#output.addEventListener("pointerdown", (event) => this.#selectAt(event));
    this.#output.addEventListener("keydown", (event) => this.#handleKey(event));
    this.#paint();
  }

  get shape() {
    return this.#fields.map(({ field }) => field.value).join(",");
  }

  get #size() {
    const [kernel, stride, padding] = this.#fields.map(({ field }) => Number(field.value));
    return { kernel, stride, padding, output: Math.floor((INPUT + 2 * padding - kernel) / stride) + 1 };
  }

  #handleInput() {
    this.#paint();
    this.#onChange(this.shape);
  }

  #paint() {
    const { kernel, stride, padding, output } = this.#size;
    this.#at = this.#at.map((index) => Math.min(index, output - 1));
    const [top, left] = this.#at.map((index) => index * stride);
    for (const { field, output: text } of this.#fields) text.textContent = field.value;
    const sum = `(${INPUT} + 2 × ${padding} − ${kernel}) / ${stride}`;
    this.#formula.textContent = `output = ⌊(input + 2 × padding − kernel) / stride⌋ + 1\n= ⌊${sum}⌋ + 1 = ${output}`;
    const side = INPUT + 2 * padding;
    const isPadding = (index) => index < padding || index >= padding + INPUT;
    const pixel = (y, x) => square(y, x, isPadding(y) || isPadding(x) ? "padding" : "pixel");
    const cells = grid(side, pixel);
    const outline = svg("rect", { class: "window", x: left, y: top, width: kernel, height: kernel });
    this.#input.setAttribute("viewBox", `-0.1 -0.1 ${side + 0.2} ${side + 0.2}`);
    this.#input.setAttribute("aria-label", `Input of ${INPUT} × ${INPUT} pixels with a padding of ${padding}`);
    this.#input.replaceChildren(...cells, outline);
    this.#output.setAttribute("viewBox", `-0.1 -0.1 ${side + 0.2} ${side + 0.2}`); // the same scale as the input
    this.#output.setAttribute("aria-label", `Output of ${output} × ${output} pixels. Arrow keys move the window.`);
    const isSelected = (y, x) => y === this.#at[0] && x === this.#at[1];
    this.#output.replaceChildren(...grid(output, (y, x) => square(y, x, isSelected(y, x) ? "pixel selected" : "pixel")));
    const unused = side - kernel - (output - 1) * stride;
    const rest = unused ? ` Rows and columns at the end that are never read: ${unused}.` : "";
    const [row, column] = this.#at.map((index) => index + 1);
    const window = `the outlined ${kernel} × ${kernel} pixels`;
    this.#text.textContent = `Output row ${row}, column ${column} is computed from ${window}.${rest}`;
  }

  #selectAt({ clientX, clientY }) {
    const { left, top, width } = this.#output.getBoundingClientRect();
    const { padding, output } = this.#size;
    const cell = width / (INPUT + 2 * padding + 0.2);
    const clamp = (length) => Math.max(0, Math.min(Math.floor(length / cell), output - 1));
    this.#select([clientY - top, clientX - left].map(clamp));
  }

  #handleKey(event) {
    const step = ARROWS[event.key];
    if (!step) return;
    event.preventDefault();
    const { output } = this.#size;
    this.#select(this.#at.map((index, i) => Math.max(0, Math.min(index + step[i], output - 1))));
  }

  #select(at) {
    this.#at = at;
    this.#paint();
  }
}

function square(y, x, name) {
  return svg("rect", { class: name, x: x + 0.04, y: y + 0.04, width: 0.92, height: 0.92 });
}

function grid(side, makeCell) {
  return Array.from({ length: side * side }, (_, i) => makeCell(Math.floor(i / side), i % side));
}
