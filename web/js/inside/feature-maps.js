/* The atlas: many small maps on one canvas, painted on one scale, and the pixel of them that is looked at. */

import { h } from "../shared/dom.js";
import { colorChannels } from "../shared/heatmap.js";
import { color, onThemeChange } from "../shared/theme.js";
import { Grid } from "./grid-layout.js";

const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const BEND = 0.7; // of a number's strength; below 1, so that weak numbers are seen beside strong ones
const SIGNED = 6; // screen's pixels from which on a number's square has room for its sign
const NEAR = { rootMargin: "50%" }; // what is so near to the screen is painted

const coarse = matchMedia("(pointer: coarse)");
const sizes = new ResizeObserver((all) => all.forEach(({ target, contentRect }) => target.atlas.fit(contentRect.width)));
const screen = new IntersectionObserver((all) => all.forEach((one) => one.target.atlas.come(one.isIntersecting)), NEAR);
onThemeChange(() => document.querySelectorAll(".maps").forEach(({ atlas }) => atlas.paint()));

export class Atlas {
  #canvas;
  #mark = h("i", { class: "mark", hidden: true });
  #marked = [];
  #picture = null;
  #grid = null;
  #pixels = null;
  #near = false; // the screen
  #fresh = true;

  /** most: CSS pixels of a map's side. texts: what stands under each. whole: keys go from map to map.
      What hears of a pixel [map, y, x]: look, of one pointed at or come to; walk, of one gone to by keys; pin, of a click,
      and of null to let go. */
  constructor({ maps, height, width, most = 150, texts = null, whole = false, name, look, walk = look, pin = look }) {
    Object.assign(this, { maps, height, width, most, texts, whole, walk, at: null });
    const canvas = h("canvas", { tabIndex: 0, role: "application", "aria-label": name });
    this.#canvas = canvas;
    this.element = h("div", { class: "maps" }, canvas, this.#mark);
    this.element.atlas = this;
    canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.#see(this.#pick(event), look));
    canvas.addEventListener("click", (event) => this.#see(this.#pick(event), pin));
    canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && this.#see(this.at ?? [0, 0, 0], look));
    canvas.addEventListener("keydown", (event) => this.#press(event, pin));
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

  /** Take the room there is, in CSS pixels. */
  fit(room) {
    if (!room) return;
    const ratio = devicePixelRatio;
    this.#grid = new Grid(this, room, ratio, coarse.matches);
    for (const [side, length] of [["width", this.#grid.across], ["height", this.#grid.down]]) {
      this.#canvas[side] = length;
      this.#canvas.style.setProperty(side, `${length / ratio}px`);
    }
    this.#pixels = null;
    this.paint();
    this.mark(...this.#marked);
  }

  /** Show get(map, y, x), from paper at 0 to full strength at ±high; null: all paper.
      signed: below 0 in another color. under(y, x): the ink below, 0..1; every number then bears its sign. */
  show(picture) {
    this.#picture = picture;
    this.paint();
  }

  paint() {
    this.#fresh = this.#near && this.#grid !== null;
    if (!this.#fresh) return;
    const { columns, cell } = this.#grid;
    const { get, high, signed, under } = this.#picture ?? {};
    const across = this.#canvas.width;
    const context = this.#canvas.getContext("2d");
    this.#pixels ??= context.createImageData(across, this.#canvas.height);
    const words = new Uint32Array(this.#pixels.data.buffer); // a word a pixel: all machines that run browsers order bytes alike
    const [paper, ink, plus, minus] = ["--track", "--ink", "--accent", "--counter"].map(colorChannels);
    const blank = blend(paper, paper, 0);
    const fill = (word, start, left, right, top, bottom) => {
      for (let row = top; row < bottom; row++) words.fill(word, start + row * across + left, start + row * across + right);
    };
    const [from, to] = [cell >> 2, cell - (cell >> 2)]; // a sign's ends in a square
    const stroke = Math.ceil(cell / 9);
    const [low, far] = [(cell - stroke) >> 1, ((cell - stroke) >> 1) + stroke];
    for (let map = 0; map < this.maps; map++) {
      const [left, top] = this.#grid.corner(map);
      for (let y = 0; y < this.height; y++) {
        for (let x = 0; x < this.width; x++) {
          const value = get?.(map, y, x) ?? 0;
          const strength = Math.min(1, Math.abs(value) / high) ** BEND || 0;
          const base = under ? mix(paper, ink, under(y, x) * 0.35) : paper;
          const start = (top + y * cell) * across + left + x * cell;
          fill(blend(base, value < 0 ? minus : signed ? plus : ink, strength), start, 0, cell, 0, cell);
          if (cell < SIGNED || strength < 0.1 || !(value < 0 || under)) continue;
          fill(blank, start, from, to, low, far);
          if (value > 0) fill(blank, start, low, far, from, to);
        }
      }
    }
    context.putImageData(this.#pixels, 0, 0);
    if (this.texts) this.#write(context, get);
  }

  #write(context, get) {
    const { cell, ratio } = this.#grid;
    context.textAlign = "center";
    this.texts.forEach((text, i) => {
      const [left, top] = this.#grid.corner(i);
      const lines = [[text, "--text", 600, 14], [get ? short(get(i, 0, 0)) : "", "--muted", 400, 29]];
      for (const [line, name, weight, down] of lines) {
        context.font = `${weight} ${12 * ratio}px system-ui, sans-serif`;
        context.fillStyle = color(name);
        context.fillText(line, left + cell / 2, top + cell + down * ratio, cell);
      }
    });
  }

  /** Outline a pixel, or a window {top, left, height, width} of its map; nothing with null. */
  mark(at, box = at && { top: at[1], left: at[2], height: 1, width: 1 }) {
    this.#marked = [at, box];
    this.#mark.hidden = !at;
    if (!at || !this.#grid) return;
    const { cell, ratio } = this.#grid;
    const [left, top] = this.#grid.corner(at[0]);
    const [width, height] = [box.width * cell, box.height * cell];
    const place = { left: left + box.left * cell, top: top + box.top * cell, width, height };
    for (const [side, length] of Object.entries(place)) this.#mark.style.setProperty(side, `${length / ratio}px`);
  }

  /** Go by an arrow's name from the last pixel to the next one, over a map's edge to the next map. */
  step(arrow) {
    const [down, right] = ARROWS[arrow];
    let [map, y, x] = this.at ?? [0, 0, 0];
    y += down * (this.whole ? this.height : 1);
    x += right * (this.whole ? this.width : 1);
    if (x < 0 || x >= this.width) [map, x] = [map + right, x < 0 ? this.width - 1 : 0];
    if (y < 0 || y >= this.height) [map, y] = [map + down * this.#grid.columns, y < 0 ? this.height - 1 : 0];
    if (map >= 0 && map < this.maps) this.#see([map, y, x], this.walk);
  }

  #press(event, pin) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [map, y, x] = this.at ?? [0, 0, 0];
    if (event.key in ARROWS) this.step(event.key);
    else if (event.key === "Home") this.#see([0, y, x], this.walk);
    else if (event.key === "End") this.#see([this.maps - 1, y, x], this.walk);
    else if (event.key === "Enter" || event.key === " ") this.#see([map, y, x], pin);
    else if (event.key === "Escape") pin(null);
    else return;
    event.preventDefault();
  }

  #see(at, hear) {
    if (!at) return;
    this.at = at;
    hear(at);
  }

  #pick({ clientX, clientY }) {
    const { left, top } = this.#canvas.getBoundingClientRect();
    return this.#grid.pick(clientX - left, clientY - top);
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
