/* The crops: each window as the network sees it, with that crop's own answer, laid out as the windows lie on the image. */

import { argmax, formatProbability } from "../shared/format.js";
import { paintImage } from "../shared/image-canvas.js";
import { onThemeChange } from "../shared/theme.js";

export class Crops {
  #group;
  #picked;
  #tiles = [];
  #offsets = [];
  #size = 0;
  #image = null;
  #pinned = null;

  /** `picked(index)` hears which crop is looked at: hovered, focused or pinned with a click; null for none. */
  constructor(group, picked) {
    this.#group = group;
    this.#picked = picked;
    group.addEventListener("keydown", (event) => this.#walk(event));
    onThemeChange(() => this.#image && this.#paint());
  }

  /** Make a tile for each window: its [top, left] corner on the image and its size. */
  setWindows(offsets, size) {
    if (size === this.#size && offsets.join() === this.#offsets.join()) return;
    this.#offsets = offsets;
    this.#size = size;
    this.#pinned = this.#image = null;
    this.#tiles = offsets.map(([top, left], i) => this.#makeTile(top, left, i));
    this.#group.style.setProperty("--columns", columns(offsets));
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
    const button = document.createElement("button");
    const [canvas, place, label, value] = ["canvas", "span", "b", "span"].map((tag) => document.createElement(tag));
    const own = document.createElement("span");
    button.type = "button";
    button.className = "crop";
    button.tabIndex = index === 0 ? 0 : -1; // one stop for Tab; arrow keys walk on from it
    button.setAttribute("aria-pressed", "false");
    canvas.width = canvas.height = this.#size;
    canvas.setAttribute("aria-hidden", "true");
    place.className = "hidden";
    place.textContent = `Crop at top ${top}, left ${left}: `;
    own.className = "own";
    own.append(label, " ", value);
    button.append(canvas, place, own);
    button.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && this.#picked(index));
    button.addEventListener("pointerleave", () => this.#picked(this.#pinned));
    button.addEventListener("focus", () => this.#picked(index));
    button.addEventListener("blur", () => this.#picked(this.#pinned));
    button.addEventListener("click", () => this.#pin(index));
    return { button, canvas, label, value };
  }

  #pin(index) {
    this.#pinned = this.#pinned === index ? null : index;
    this.#tiles.forEach(({ button }, i) => button.setAttribute("aria-pressed", String(i === this.#pinned)));
    this.#picked(this.#pinned);
  }

  #walk(event) {
    const from = this.#tiles.findIndex(({ button }) => button === document.activeElement);
    const row = columns(this.#offsets);
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row }[event.key];
    const to = this.#tiles[from + by];
    if (!to) return;
    event.preventDefault();
    this.#tiles.forEach(({ button }) => (button.tabIndex = button === to.button ? 0 : -1));
    to.button.focus();
  }
}

/** How many tiles stand in a row: as many as windows differ in their left edge, if they fill a grid. */
function columns(offsets) {
  const lefts = new Set(offsets.map(([, left]) => left)).size;
  const tops = new Set(offsets.map(([top]) => top)).size;
  return lefts * tops === offsets.length ? lefts : Math.ceil(Math.sqrt(offsets.length));
}
