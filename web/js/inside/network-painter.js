/* Paints the map of the network on a canvas: feature maps as thumbnails, labels with their probabilities. */

import { makeShader } from "../shared/color-scale.js";
import { argmax, formatProbability } from "../shared/format.js";
import { color } from "../shared/theme.js";

export class NetworkPainter {
  #canvas;
  #textures = new Map(); // layer -> a canvas with one pixel per value

  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** Set another layout of `layOut`. labels: of the last layer; scale, ratio: see `layOut`. */
  setLayout(layout, { labels, scale, ratio }) {
    Object.assign(this, { layout, labels, scale, ratio });
    const { width, height } = layout;
    [this.#canvas.width, this.#canvas.height] = [width, height].map((length) => Math.round(length * ratio));
    for (const side of ["width", "height"]) this.#canvas.style.setProperty(side, `${layout[side]}px`);
    this.#textures.clear();
    for (const [layer, box] of layout.boxes) if (!box.isLabels) this.#textures.set(layer, new Texture(layer, box));
    this.updateValues();
  }

  /** Read the current values of all layers. */
  updateValues() {
    for (const texture of this.#textures.values()) texture.update();
  }

  /** Paint everything. overlay: {below(context, layout), above(context, layout)} to paint more, or nothing. */
  paint(overlay) {
    const context = this.#canvas.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.layout.width, this.layout.height);
    overlay?.below(context, this.layout);
    for (const [layer, box] of this.layout.boxes) {
      if (box.isLabels) this.#paintLabels(context, layer, box);
      else this.#textures.get(layer).paint(context);
    }
    overlay?.above(context, this.layout);
  }

  #paintLabels(context, layer, box) {
    const [em, line] = [13 * this.scale, 8 * this.scale];
    const best = layer.values ? argmax(layer.values) : -1;
    context.textBaseline = "middle";
    const fontOf = (isBest) => `${isBest ? 700 : 400} ${em}px system-ui, sans-serif`;
    context.font = fontOf(false);
    this.labels.forEach((label, i) => {
      const { left, top, width, height } = box.cell(i);
      const middle = top + height / 2;
      const write = (text, x, align, name, maxWidth) => {
        Object.assign(context, { fillStyle: color(name), textAlign: align });
        context.fillText(text, x, middle, maxWidth);
      };
      if (i === best) context.font = fontOf(true); // setting a font takes longer than writing
      write(label, left + 0.5 * em, "left", i === best ? "--text" : "--muted", 2 * em);
      const [start, end] = [left + 2.75 * em, left + width - 4.25 * em];
      const bar = (length, name) => {
        context.fillStyle = color(name);
        context.beginPath();
        context.roundRect(start, middle - line / 2, length, line, line / 2);
        context.fill();
      };
      bar(end - start, "--track");
      if (!layer.values) return;
      if (layer.values[i] > 0.005) bar(Math.max(line, (end - start) * layer.values[i]), i === best ? "--accent" : "--bar");
      write(formatProbability(layer.values[i]), left + width - 0.25 * em, "right", i === best ? "--text" : "--muted", 3.5 * em);
      if (i === best) context.font = fontOf(false);
    });
  }
}

/** The values of a layer as pixels: its maps below each other, or a strip. */
class Texture {
  constructor(layer, box) {
    Object.assign(this, { layer, box });
    const { width, height, maps } = layer;
    const sides = box.isStrip && box.isStacked ? [maps, 1] : [width, height * maps];
    this.canvas = Object.assign(document.createElement("canvas"), { width: sides[0], height: sides[1] });
    this.context = this.canvas.getContext("2d");
    this.pixels = this.context.createImageData(...sides);
    this.colors = new Uint32Array(this.pixels.data.buffer); // RGBA in one integer, see feature-maps.js
  }

  update() {
    const { layer, colors } = this;
    const { shade } = makeShader(layer.colorScale ?? { high: 1, signed: false });
    const { height, width, maps, values } = layer;
    for (let pixel = 0; pixel < height * width; pixel++) {
      for (let map = 0; map < maps; map++) {
        colors[map * height * width + pixel] = shade(values ? values[pixel * maps + map] : 0);
      }
    }
    this.context.putImageData(this.pixels, 0, 0);
  }

  paint(context) {
    const { layer, box, canvas } = this;
    const { width, height } = layer;
    context.imageSmoothingEnabled = box.isStrip || box.size * devicePixelRatio < width;
    if (box.isStrip) {
      const { left, top, width, height } = box.whole;
      return context.drawImage(canvas, left, top, width, height);
    }
    for (let map = 0; map < box.count; map++) {
      const { left, top, width: w, height: h } = box.cell(map);
      context.drawImage(canvas, 0, map * height, width, height, left, top, w, h);
    }
  }
}
