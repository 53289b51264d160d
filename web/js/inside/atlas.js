/* The atlas: many small maps on one canvas, painted on one scale, and the pixel of them that is looked at. */

import { h } from "../shared/elements.js";
import { channels } from "../shared/maps.js";
import { colour, onThemeChange } from "../shared/theme.js";

const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const BEND = 0.7; // below 1, so that weak numbers are seen beside strong ones
const LINES = 34; // CSS pixels that two lines of text take under a unit
const coarse = matchMedia("(pointer: coarse)");

const sizes = new ResizeObserver((all) => all.forEach(({ target, contentRect }) => target.atlas.fit(contentRect.width)));
const screen = new IntersectionObserver((all) => all.forEach(({ target, isIntersecting }) => target.atlas.come(isIntersecting)), {
  rootMargin: "50%",
});
onThemeChange(() => document.querySelectorAll(".maps").forEach(({ atlas }) => atlas.paint()));

export class Atlas {
  #canvas;
  #mark = h("i", { class: "mark", hidden: true });
  #picture = null; // what to paint: {get, high, under}
  #near = false; // the screen
  #fresh = true;
  #grid = null;

  /** columns: how many maps stand in a row, where that is fixed. most: CSS pixels of a map's side. texts: what stands under each. whole: keys go from map to map.
      What hears of a pixel [map, y, x]: look, of one pointed at or come to; walk, of one gone to by keys; pin, of a click, null to let go. */
  constructor({ maps, height, width, columns = 0, most = 150, texts = null, whole = false, name, look, walk = look, pin = look }) {
    Object.assign(this, { maps, height, width, columns, most, texts, whole, look, walk, at: null });
    this.#canvas = h("canvas", { tabIndex: 0, role: "application", "aria-label": name });
    this.element = h("div", { class: "maps" }, this.#canvas, this.#mark);
    this.element.atlas = this;
    const canvas = this.#canvas;
    canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.#see(this.#pick(event)));
    canvas.addEventListener("click", (event) => this.#see(this.#pick(event), pin));
    canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && this.#see(this.at ?? [0, 0, 0]));
    canvas.addEventListener("keydown", (event) => this.#walk(event, pin));
    sizes.observe(this.element);
    screen.observe(this.element);
  }

  set name(text) {
    this.#canvas.setAttribute("aria-label", text);
  }

  come(near) {
    this.#near = near;
    if (near && !this.#fresh) this.paint();
  }

  /** Choose how many stand in a row and how large they are, for a width in CSS pixels. */
  fit(room) {
    if (!room) return;
    const ratio = devicePixelRatio;
    const gap = Math.ceil((this.maps > 200 || this.columns > 40 ? 1 : this.height > 1 || this.texts ? 5 : 2) * ratio);
    const least = this.texts ? 38 * ratio : this.width;
    const most = (this.texts ? 56 : this.height > 1 ? this.most : 28) * ratio;
    const wanted = Math.min(most, Math.sqrt((room * (coarse.matches ? 280 : 100 + room / 8) * ratio * ratio) / this.maps));
    let [best, lowest] = [null, Infinity];
    for (let columns = this.columns || 1; columns <= (this.columns || this.maps); columns++) {
      const share = (room * ratio + gap) / columns - gap;
      const cell = Math.max(1, Math.floor(Math.min(share, most) / this.width));
      const size = cell * this.width;
      const cost = Math.abs(size - wanted) + (4 * this.maps) / columns + (this.maps % columns ? size / 3 : 0) + (share < least ? 1e6 : 0);
      if (cost <= lowest) [best, lowest] = [{ columns, cell }, cost];
    }
    const { columns, cell } = best;
    const [x, y] = [this.width * cell + gap, this.height * cell + gap + (this.texts ? LINES * ratio : 0)];
    this.#grid = { columns, cell, ratio, x, y };
    const canvas = this.#canvas;
    canvas.width = Math.min(columns, this.maps) * x - gap;
    canvas.height = Math.ceil(this.maps / columns) * y - gap;
    canvas.style.setProperty("width", `${canvas.width / ratio}px`);
    canvas.style.setProperty("height", `${canvas.height / ratio}px`);
    this.pixels = null;
    this.paint();
    if (!this.#mark.hidden) this.mark(...this.#marked);
  }

  /** Show get(map, y, x), from paper at 0 to full strength at ±high; no picture: paper. under: what lies below, 0..1. */
  show(picture) {
    this.#picture = picture;
    this.paint();
  }

  paint() {
    this.#fresh = this.#near && this.#grid !== null;
    if (!this.#fresh) return;
    const [canvas, { columns, cell, x: stepX, y: stepY }] = [this.#canvas, this.#grid];
    const context = canvas.getContext("2d");
    this.pixels ??= context.createImageData(canvas.width, canvas.height);
    const words = new Uint32Array(this.pixels.data.buffer); // a word a pixel, in the order of bytes of every browser's machine
    const [paper, ink, plus, minus] = ["--track", "--ink", "--accent", "--counter"].map(channels);
    const { get, high, signed, under } = this.#picture ?? {};
    const [above, bar, blank] = [signed ? plus : ink, Math.ceil(cell / 9), blend(paper, ink, 0)];
    for (let map = 0; map < this.maps; map++) {
      const corner = Math.floor(map / columns) * stepY * canvas.width + (map % columns) * stepX;
      for (let y = 0; y < this.height; y++) {
        for (let x = 0; x < this.width; x++) {
          const value = get?.(map, y, x) ?? 0;
          const strength = Math.min(1, Math.abs(value) / high) ** BEND || 0;
          const base = under ? mix(paper, ink, under(y, x) * 0.35) : paper;
          const word = blend(base, value < 0 ? minus : above, strength);
          const start = corner + y * cell * canvas.width + x * cell;
          for (let row = 0; row < cell; row++) words.fill(word, start + row * canvas.width, start + row * canvas.width + cell);
          if (cell < 6 || strength < 0.1 || !(value < 0 || under)) continue;
          const [near, far, middle] = [cell >> 2, cell - (cell >> 2), (cell - bar) >> 1]; // − where it is below 0, + above
          for (let row = near; row < far; row++) {
            const at = start + row * canvas.width;
            const level = row >= middle && row < middle + bar;
            if (level) words.fill(blank, at + near, at + far);
            else if (value > 0) words.fill(blank, at + middle, at + middle + bar);
          }
        }
      }
    }
    context.putImageData(this.pixels, 0, 0);
    if (this.texts) this.#write(context, get);
  }

  #write(context, get) {
    const { columns, cell, ratio, x, y } = this.#grid;
    context.textAlign = "center";
    this.texts.forEach((text, i) => {
      const [left, top] = [(i % columns) * x + cell / 2, Math.floor(i / columns) * y + cell];
      context.fillStyle = colour("--text");
      context.font = `600 ${13 * ratio}px system-ui, sans-serif`;
      context.fillText(text, left, top + 14 * ratio, cell);
      context.fillStyle = colour("--muted");
      context.font = `${12 * ratio}px system-ui, sans-serif`;
      if (get) context.fillText(short(get(i, 0, 0)), left, top + 29 * ratio);
    });
  }

  #marked = [];

  /** Outline a pixel, or a window {top, left, height, width} of its map; nothing with null. */
  mark(at, box = at && { top: at[1], left: at[2], height: 1, width: 1 }) {
    this.#marked = [at, box];
    this.#mark.hidden = !at;
    if (!at || !this.#grid) return;
    const { columns, cell, ratio, x, y } = this.#grid;
    const place = {
      left: (at[0] % columns) * x + box.left * cell,
      top: Math.floor(at[0] / columns) * y + box.top * cell,
      width: box.width * cell,
      height: box.height * cell,
    };
    for (const [side, length] of Object.entries(place)) this.#mark.style.setProperty(side, `${length / ratio}px`);
  }

  #see(at, hear = this.look) {
    if (!at) return;
    this.at = at;
    hear(at);
  }

  #pick({ clientX, clientY }) {
    const { left, top } = this.#canvas.getBoundingClientRect();
    const { columns, cell, ratio, x, y } = this.#grid;
    const [across, down] = [(clientX - left) * ratio, (clientY - top) * ratio];
    const [column, row] = [Math.floor(across / x), Math.floor(down / y)];
    const at = [row * columns + column, Math.floor((down - row * y) / cell), Math.floor((across - column * x) / cell)];
    const within = (value, sides) => Math.max(0, Math.min(value, sides - 1)); // a gap belongs to the map before it
    return at[0] < this.maps && column < columns ? [at[0], within(at[1], this.height), within(at[2], this.width)] : null;
  }

  /** Go by an arrow's name from the last pixel to the next one, over a map's edge to the next map. */
  step(arrow) {
    const [down, right] = ARROWS[arrow];
    let [map, y, x] = this.at ?? [0, 0, 0];
    [y, x] = [y + down * (this.whole ? this.height : 1), x + right * (this.whole ? this.width : 1)];
    if (x < 0 || x >= this.width) [map, x] = [map + right, x < 0 ? this.width - 1 : 0];
    if (y < 0 || y >= this.height) [map, y] = [map + down * this.#grid.columns, y < 0 ? this.height - 1 : 0];
    if (map >= 0 && map < this.maps) this.#see([map, y, x], this.walk);
  }

  #walk(event, pin) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [map, y, x] = this.at ?? [0, 0, 0];
    if (event.key in ARROWS) this.step(event.key);
    else if (event.key === "Home" || event.key === "End") this.#see([event.key === "Home" ? 0 : this.maps - 1, y, x], this.walk);
    else if (event.key === "Enter" || event.key === " ") this.#see([map, y, x], pin);
    else if (event.key === "Escape") pin(null);
    else return;
    event.preventDefault();
  }
}

/** A number in little room. */
export function short(value) {
  return value.toFixed(Math.abs(value) < 9.995 ? 2 : 1).replace("-", "−");
}

function mix(below, above, strength) {
  return strength ? below.map((channel, i) => channel + (above[i] - channel) * strength) : below;
}

function blend(below, above, strength) {
  const channel = (i) => below[i] + (above[i] - below[i]) * strength;
  return (255 << 24) | (channel(2) << 16) | (channel(1) << 8) | channel(0);
}
