/* Each crop as the network sees it, with its own prediction, arranged like the crops on the image. */

import { h } from "../shared/dom.js";
import { argmax, formatProbability } from "../shared/format.js";
import { paintImage } from "../shared/image-canvas.js";
import { onThemeChange } from "../shared/theme.js";

export class CropTiles {
  #group;
  #onSelect;
  #tiles = [];
  #offsets = [];
  #size = 0;
  #image = null;
  #pinned = null;

  /** `onSelect(index)` is called for the crop that is hovered, focused or pinned with a click; with null for none. */
  constructor(group, onSelect) {
    this.#group = group;
    this.#onSelect = onSelect;
    group.addEventListener("keydown", (event) => this.#handleKey(event));
    onThemeChange(() => this.#image && this.#paint());
  }

  /** Create a tile for each crop: its [top, left] corner on the image, and its size. */
  setCrops(offsets, size) {
    if (size === this.#size && offsets.join() === this.#offsets.join()) return;
    this.#offsets = offsets;
    this.#size = size;
    this.#pinned = this.#image = null;
    this.#tiles = offsets.map(([top, left], i) => this.#makeTile(top, left, i));
    this.#group.style.setProperty("--columns", columnCount(offsets));
    this.#group.classList.toggle("many", offsets.length > 9);
    this.#group.replaceChildren(...this.#tiles.map((tile) => tile.button));
  }

  /** Show the crops of an image, with a list of probabilities for each. */
  show(image, labels, probabilities) {
    this.#image = image;
    this.#paint();
    this.#tiles.forEach((tile, i) => {
      const best = argmax(probabilities[i]);
      tile.label.textContent = labels[best];
      tile.value.textContent = formatProbability(probabilities[i][best]);
    });
  }

  clear() {
    this.#image = null;
    for (const { canvas, label, value } of this.#tiles) {
      canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
      label.textContent = value.textContent = "";
    }
  }

  #paint() {
    this.#tiles.forEach(({ canvas }, i) => paintImage(canvas, this.#image, ...this.#offsets[i], this.#size, this.#size));
  }

  #makeTile(top, left, index) {
    const canvas = h("canvas", { width: this.#size, height: this.#size, ariaHidden: true });
    const position = h("span", { class: "hidden", text: `Crop at top ${top}, left ${left}: ` });
    const [label, value] = [h("b"), h("span")];
    const prediction = h("span", { class: "crop-prediction" }, label, " ", value);
    const tabIndex = index === 0 ? 0 : -1; // one tab stop; arrow keys move between the tiles
    const button = h("button", { type: "button", class: "crop", tabIndex, ariaPressed: "false" }, canvas, position, prediction);
    button.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && this.#onSelect(index));
    button.addEventListener("pointerleave", () => this.#onSelect(this.#pinned));
    button.addEventListener("focus", () => this.#onSelect(index));
    button.addEventListener("blur", () => this.#onSelect(this.#pinned));
    button.addEventListener("click", () => this.#pin(index));
    return { button, canvas, label, value };
  }

  #pin(index) {
    this.#pinned = this.#pinned === index ? null : index;
    this.#tiles.forEach(({ button }, i) => button.setAttribute("aria-pressed", String(i === this.#pinned)));
    this.#onSelect(this.#pinned);
  }

  #handleKey(event) {
    const from = this.#tiles.findIndex(({ button }) => button === document.activeElement);
    const columns = columnCount(this.#offsets);
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    const target = this.#tiles[from + step];
    if (!target) return;
    event.preventDefault();
    this.#tiles.forEach(({ button }) => (button.tabIndex = button === target.button ? 0 : -1));
    target.button.focus();
  }
}

/** The number of different left edges if the crops form a grid, otherwise about the square root of their number. */
function columnCount(offsets) {
  const lefts = new Set(offsets.map(([, left]) => left)).size;
  const tops = new Set(offsets.map(([top]) => top)).size;
  return lefts * tops === offsets.length ? lefts : Math.ceil(Math.sqrt(offsets.length));
}
