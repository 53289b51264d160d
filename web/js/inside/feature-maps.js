/* Feature maps: many small maps on one canvas, with one color scale, and the selected pixel. */

import { formatShort, makeShader } from "../shared/color-scale.js";
import { h } from "../shared/dom.js";
import { color, onThemeChange } from "../shared/theme.js";
import { GridLayout } from "./grid-layout.js";

const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const MIN_SIGN_CELL = 12; // CSS pixels from which on a cell has room for a sign; on small maps, signs would hide the values
const NEAR_SCREEN = { rootMargin: "50%" }; // maps this close to the screen are painted

const coarsePointer = matchMedia("(pointer: coarse)");
const sizes = new ResizeObserver((entries) => entries.forEach(({ target, contentRect }) => target.maps.fit(contentRect.width)));
const visibility = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) target.maps.setNearScreen(isIntersecting);
}, NEAR_SCREEN);
onThemeChange(() => document.querySelectorAll(".maps").forEach(({ maps }) => maps.paint()));

export class FeatureMaps {
  #canvas;
  #outline = h("i", { class: "pixel-outline", hidden: true });
  #outlined = [];
  #content = null;
  #grid = null;
  #pixels = null;
  #isNearScreen = false;
  #isPainted = true;

  /** maxSide: CSS pixels of a map's side. texts: captions under the maps. wholeMaps: arrow keys move from map to map.
      Callbacks with a pixel [map, y, x]: onPoint, when it is pointed at or focused; onMove, when it is reached with the arrow
      keys; onPin, when it is clicked, and with null to unpin. */
  constructor({ maps, height, width, maxSide = 150, texts = null, wholeMaps = false, name, onPoint, onMove = onPoint, onPin = onPoint }) {
    Object.assign(this, { maps, height, width, maxSide, texts, wholeMaps, onMove, position: null });
    const canvas = h("canvas", { tabIndex: 0, role: "application", "aria-label": name });
    this.#canvas = canvas;
    this.element = h("div", { class: "maps" }, canvas, this.#outline);
    this.element.maps = this;
    canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.#moveTo(this.#pixelAt(event), onPoint));
    canvas.addEventListener("click", (event) => this.#moveTo(this.#pixelAt(event), onPin));
    canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && this.#moveTo(this.position ?? [0, 0, 0], onPoint));
    canvas.addEventListener("keydown", (event) => this.#handleKey(event, onPin));
    sizes.observe(this.element);
    visibility.observe(this.element);
  }

  set name(text) {
    this.#canvas.setAttribute("aria-label", text);
  }

  setNearScreen(isNearScreen) {
    this.#isNearScreen = isNearScreen;
    if (isNearScreen && !this.#isPainted) this.paint();
  }

  /** Lay the maps out for a width in CSS pixels. */
  fit(width) {
    if (!width) return;
    const ratio = devicePixelRatio;
    this.#grid = new GridLayout(this, width, ratio, coarsePointer.matches);
    for (const [side, length] of [["width", this.#grid.totalWidth], ["height", this.#grid.totalHeight]]) {
      this.#canvas[side] = length;
      this.#canvas.style.setProperty(side, `${length / ratio}px`);
    }
    this.#pixels = null;
    this.paint();
    this.outline(...this.#outlined);
  }

  /** Show the values get(map, y, x), on a color scale from −high to high (signed) or 0 to high; null: empty maps.
      background(y, x): the ink behind the values, 0..1; every cell then shows its sign. */
  show(content) {
    this.#content = content;
    this.paint();
  }

  paint() {
    this.#isPainted = this.#isNearScreen && this.#grid !== null;
    if (!this.#isPainted) return;
    const { cell } = this.#grid;
    const { get, high, signed, background } = this.#content ?? {};
    const width = this.#canvas.width;
    const context = this.#canvas.getContext("2d");
    this.#pixels ??= context.createImageData(width, this.#canvas.height);
    const colors = new Uint32Array(this.#pixels.data.buffer); // RGBA in one integer, in the byte order of all browsers' machines
    const { shade, strengthOf, blank } = makeShader({ high, signed });
    const fill = (value, start, left, right, top, bottom) => {
      for (let row = top; row < bottom; row++) colors.fill(value, start + row * width + left, start + row * width + right);
    };
    const hasSigns = cell >= MIN_SIGN_CELL * this.#grid.ratio;
    const [signStart, signEnd] = [cell >> 2, cell - (cell >> 2)];
    const thickness = Math.ceil(cell / 9);
    const [barStart, barEnd] = [(cell - thickness) >> 1, ((cell - thickness) >> 1) + thickness];
    for (let map = 0; map < this.maps; map++) {
      const [left, top] = this.#grid.corner(map);
      for (let y = 0; y < this.height; y++) {
        for (let x = 0; x < this.width; x++) {
          const value = get?.(map, y, x) ?? 0;
          const start = (top + y * cell) * width + left + x * cell;
          fill(shade(value, background?.(y, x)), start, 0, cell, 0, cell);
          if (!hasSigns || strengthOf(value) < 0.1 || !(value < 0 || background)) continue;
          fill(blank, start, signStart, signEnd, barStart, barEnd);
          if (value > 0) fill(blank, start, barStart, barEnd, signStart, signEnd);
        }
      }
    }
    context.putImageData(this.#pixels, 0, 0);
    if (this.texts) this.#paintTexts(context, get);
  }

  #paintTexts(context, get) {
    const { cell, ratio } = this.#grid;
    context.textAlign = "center";
    this.texts.forEach((text, i) => {
      const [left, top] = this.#grid.corner(i);
      const lines = [[text, "--text", 600, 14], [get ? formatShort(get(i, 0, 0)) : "", "--muted", 400, 29]];
      for (const [line, name, weight, offset] of lines) {
        context.font = `${weight} ${12 * ratio}px system-ui, sans-serif`;
        context.fillStyle = color(name);
        context.fillText(line, left + cell / 2, top + cell + offset * ratio, cell);
      }
    });
  }

  /** Outline a pixel, or a window {top, left, height, width} of its map; nothing with null. */
  outline(position, box = position && { top: position[1], left: position[2], height: 1, width: 1 }) {
    this.#outlined = [position, box];
    this.#outline.hidden = !position;
    if (!position || !this.#grid) return;
    const { cell, ratio } = this.#grid;
    const [left, top] = this.#grid.corner(position[0]);
    const sides = { left: left + box.left * cell, top: top + box.top * cell, width: box.width * cell, height: box.height * cell };
    for (const [side, length] of Object.entries(sides)) this.#outline.style.setProperty(side, `${length / ratio}px`);
  }

  /** Move by an arrow key from the last pixel to the next one, across the edge to the next map. */
  step(arrow) {
    const [down, right] = ARROWS[arrow];
    let [map, y, x] = this.position ?? [0, 0, 0];
    y += down * (this.wholeMaps ? this.height : 1);
    x += right * (this.wholeMaps ? this.width : 1);
    if (x < 0 || x >= this.width) [map, x] = [map + right, x < 0 ? this.width - 1 : 0];
    if (y < 0 || y >= this.height) [map, y] = [map + down * this.#grid.columns, y < 0 ? this.height - 1 : 0];
    if (map >= 0 && map < this.maps) this.#moveTo([map, y, x], this.onMove);
  }

  /** Focus the maps, at a pixel. */
  focus(position) {
    this.position = position;
    this.#canvas.focus({ preventScroll: true });
  }

  #handleKey(event, onPin) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [map, y, x] = this.position ?? [0, 0, 0];
    if (event.key in ARROWS) this.step(event.key);
    else if (event.key === "Home") this.#moveTo([0, y, x], this.onMove);
    else if (event.key === "End") this.#moveTo([this.maps - 1, y, x], this.onMove);
    else if (event.key === "Enter" || event.key === " ") this.#moveTo([map, y, x], onPin);
    else if (event.key === "Escape") onPin(null);
    else return;
    event.preventDefault();
  }

  #moveTo(position, callback) {
    if (!position) return;
    this.position = position;
    callback(position);
  }

  #pixelAt({ clientX, clientY }) {
    const { left, top } = this.#canvas.getBoundingClientRect();
    return this.#grid.pixelAt(clientX - left, clientY - top);
  }
}
