/* The color scale of feature maps, and a color bar that shows it. */

import { h } from "./dom.js";
import { colorChannels } from "./heatmap.js";
import { onThemeChange } from "./theme.js";

export const GAMMA = 0.7; // below 1, so that small values are visible next to large ones
const BACKGROUND = 0.35; // opacity of ink behind the values
const STEPS = 65; // colors of a color bar

/** Functions for a scale up to ±high: shade(value, background) returns a color as one RGBA integer, strengthOf(value) its
    strength, 0..1. signed: positive values have another color than ink. background: ink behind the value, 0..1. */
export function makeShader({ high, signed }) {
  const [paper, ink, positive, negative] = ["--track", "--ink", "--accent", "--counter"].map(colorChannels);
  const strengthOf = (value) => Math.min(1, Math.abs(value) / high) ** GAMMA || 0;
  const shade = (value, background) => {
    const base = background ? paper.map((channel, i) => channel + (ink[i] - channel) * background * BACKGROUND) : paper;
    return blend(base, value < 0 ? negative : signed ? positive : ink, strengthOf(value));
  };
  return { strengthOf, shade, blank: blend(paper, paper, 0) };
}

function blend(below, above, strength) {
  const channel = (i) => below[i] + (above[i] - below[i]) * strength;
  return (255 << 24) | (channel(2) << 16) | (channel(1) << 8) | channel(0);
}

/** A number with few digits. */
export function formatShort(value) {
  return value.toFixed(Math.abs(value) < 9.995 ? 2 : 1).replace("-", "−");
}

export class ColorBar {
  #low = h("span");
  #high = h("span");
  #canvas = h("canvas", { width: STEPS, height: 1, ariaHidden: true });
  #scale = null;

  constructor() {
    this.element = h("p", { class: "color-bar", role: "img", "data-empty": "" }, this.#low, this.#canvas, this.#high);
    onThemeChange(() => this.#scale && this.#paint());
  }

  /** Show a scale from −high (signed) or 0 to high, with an optional unit and what its ends mean as `texts`; hide the bar with
      null, keeping its space. */
  show(scale) {
    this.element.toggleAttribute("data-empty", !scale);
    if (!scale) return (this.#scale = null);
    const { high, signed, unit = "", texts = ["", ""] } = scale;
    const [low, top] = [signed ? formatShort(-high) : "0", formatShort(high) + unit].map((text, i) => `${texts[i]} ${text}`.trim());
    [this.#low.textContent, this.#high.textContent] = [low, top];
    this.element.ariaLabel = `Color scale from ${low} to ${top}`;
    const isRepainted = signed !== this.#scale?.signed;
    this.#scale = scale;
    if (isRepainted) this.#paint();
  }

  #paint() {
    const context = this.#canvas.getContext("2d");
    const pixels = context.createImageData(STEPS, 1);
    const colors = new Uint32Array(pixels.data.buffer);
    const { signed } = this.#scale;
    const { shade } = makeShader({ high: 1, signed });
    for (let i = 0; i < STEPS; i++) colors[i] = shade(signed ? (2 * i) / (STEPS - 1) - 1 : i / (STEPS - 1));
    context.putImageData(pixels, 0, 0);
  }
}
