/* The map of the network: all layers at a glance, live. What a pointer or key does is in map-interaction.js, loaded later. */

import { byId, h } from "../shared/dom.js";
import { onThemeChange } from "../shared/theme.js";
import { titlesOf } from "./layer-titles.js";
import { layOut } from "./network-layout.js";
import { NetworkPainter } from "./network-painter.js";

const TITLE_HEIGHTS = [76, 28]; // CSS pixels above a group, side by side and stacked
const TITLE_SIZE = 12; // CSS pixels of the font

export class NetworkMap {
  #canvas = h("canvas");
  #painter = new NetworkPainter(this.#canvas);
  #options;
  #interaction = null;
  #isVisible = true;

  /** options: {onOpen, liveRegion, link}, see MapInteraction. */
  constructor(options) {
    this.#options = options;
    Object.assign(this, { network: null, labels: [], titles: new Map(), selected: null, lastSelected: null, watched: null });
    byId("network-map").append(this.#canvas);
    new ResizeObserver(() => this.#layOut()).observe(byId("network-map"));
    new IntersectionObserver(([{ isIntersecting }]) => {
      this.#isVisible = isIntersecting;
      if (isIntersecting) this.update();
    }).observe(this.#canvas);
    onThemeChange(() => this.update());
  }

  /** The places of the layers: layer -> Box of network-layout.js. */
  get boxes() {
    return this.#painter.layout?.boxes ?? new Map();
  }

  setNetwork(network, labels) {
    Object.assign(this, { network, labels, titles: titlesOf(network.layers) });
    this.selected = this.lastSelected = this.watched = null;
    byId("network-section").hidden = !network.layers.length;
    this.#interaction?.setNetwork();
    this.#layOut();
    this.#interaction?.tools.setNetwork();
  }

  /** React to pointer and keyboard; returns a promise. */
  async makeInteractive() {
    const { MapInteraction } = await import("./map-interaction.js");
    if (this.#interaction) return;
    this.#interaction = new MapInteraction(this, this.#canvas, this.#options);
    this.select(null);
  }

  /** Show the current values. */
  update() {
    this.#interaction?.tools.update();
    if (!this.#isVisible || !this.#painter.layout) return;
    this.#painter.updateValues();
    this.select(this.selected);
  }

  /** Select a map, {layer, map}, and show what feeds it; with null the watched one, if there is one. */
  select(selected) {
    this.selected = selected;
    if (selected) this.lastSelected = selected;
    if (!this.#painter.layout) return;
    const node = selected ?? this.watched;
    this.#painter.paint(this.#interaction?.describe(node, this.#painter.scale));
  }

  /** Show the map that an animation computes while no other one is selected; none with null. */
  watch(node) {
    this.watched = node;
    this.select(this.selected);
  }

  #layOut() {
    const width = byId("network-map").clientWidth;
    if (!width || !this.network?.layers.length) return;
    const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const ratio = devicePixelRatio;
    const titleHeights = TITLE_HEIGHTS.map((height) => height * scale);
    const titleWidth = (layers) => this.#titleWidth(layers, scale);
    const layout = layOut(this.network, width, { scale, ratio, titleHeights, titleWidth });
    this.#painter.setLayout(layout, { labels: this.labels, scale, ratio });
    byId("network-map").toggleAttribute("data-stacked", layout.isStacked);
    byId("layer-links").replaceChildren(...layout.groups.map((group) => this.#makeTitle(group)));
    this.select(this.selected);
  }

  #titleWidth(layers, scale) {
    const context = this.#canvas.getContext("2d");
    context.font = `${TITLE_SIZE * scale}px system-ui, sans-serif`;
    const texts = [...layers.map((layer) => this.titles.get(layer)), shapeOf(layers)];
    return Math.max(...texts.map((text) => context.measureText(text).width));
  }

  /** The titles of a group of layers, as links to their panels. */
  #makeTitle({ layers, left, top, width }) {
    const link = (layer) => h("a", { href: `#layer-${layer.name}`, text: this.titles.get(layer) });
    const element = h("p", {}, ...layers.map(link), h("span", { text: shapeOf(layers) }));
    for (const [side, length] of Object.entries({ left, top, width })) element.style.setProperty(`--${side}`, `${length}px`);
    return element;
  }
}

function shapeOf(layers) {
  return layers.at(-1).output_shape.join(" × ");
}
