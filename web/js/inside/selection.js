/* The selected value: it is outlined in its map and its input, shown in the inspector, and can be pinned. */

import { byId, loadStyles } from "../shared/dom.js";
import { mapSums, windowOf } from "./layer-math.js";
import { LayerPanel } from "./layer-panel.js";
import { titlesOf } from "./layer-titles.js";

export class Selection {
  #savePin;
  #liveRegion;
  #inspector = null; // loaded when it is needed
  #panels = new Map(); // layer -> its panel
  #selected = null; // {network, layer, at, from, isPinned}

  /** savePin({layer, at}) is called with what the link should hold: a layer's name and a position counted from 1, as text, or
      nulls. */
  constructor(savePin, liveRegion) {
    [this.#savePin, this.#liveRegion] = [savePin, liveRegion];
    byId("unpin").addEventListener("click", () => this.unpin());
    byId("inspector").addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#selected) return;
      event.preventDefault(); // don't clear the drawing
      this.unpin();
    });
    for (const button of document.querySelectorAll("[data-arrow]")) {
      button.addEventListener("click", () => this.#panels.get(this.#selected.layer).maps.step(button.dataset.arrow));
    }
  }

  /** Fill `container` with panels for the layers of a network, in place of those of `previous`. labels: of its outputs. */
  showNetwork(container, network, previous, labels = []) {
    for (const layer of previous?.layers ?? []) this.#panels.delete(layer);
    const explainedKinds = new Set();
    const titles = titlesOf(network.layers);
    const elements = network.layers.map((layer) => {
      const target = (at, from) => ({ network, layer, at, from });
      const panel = new LayerPanel(layer, {
        title: titles.get(layer),
        labels,
        explainedKinds,
        onPoint: (at) => this.#selected?.isPinned || this.#select(target(at), true),
        onMove: (at, from) => (this.#selected?.isPinned ? this.pin(target(at, from)) : this.#select(target(at, from), true)),
        onPin: (at) => (at ? this.pin(target(at)) : this.unpin()),
      });
      this.#panels.set(layer, panel);
      return panel.element;
    });
    container.replaceChildren(...elements);
    this.#follow(network, previous);
  }

  /** Select the same position of the new network, if it exists. */
  #follow(network, previous) {
    if (!previous || this.#selected?.network !== previous) return;
    const layer = network.find(this.#selected.layer.name);
    if (layer?.has(this.#selected.at)) this.#select({ ...this.#selected, network, layer });
    else this.#deselect(); // the link keeps it for when the network comes back
  }

  /** Keep a position selected until it is pinned again or unpinned. */
  pin({ network, layer, at, from }) {
    const last = this.#selected?.layer === layer ? this.#selected : null;
    if (last?.isPinned && String(last.at) === String(at) && (from ?? last.from) === last.from) return this.unpin();
    this.#select({ network, layer, at, from: from ?? last?.from, isPinned: true }, true);
    this.#savePin({ layer: layer.name, at: at.map((index) => index + 1).join(",") });
  }

  /** Select nothing, and remove the pin from the link. */
  unpin() {
    if (this.#selected?.isPinned) this.#savePin({ layer: null, at: null });
    this.#deselect();
  }

  get isPinned() {
    return Boolean(this.#selected?.isPinned);
  }

  #deselect() {
    this.#selected = null;
    this.#inspector?.clear();
    for (const panel of this.#panels.values()) panel.outline(null);
  }

  /** Show the current activations. */
  paint() {
    for (const panel of this.#panels.values()) panel.show();
    if (this.#selected) this.#select(this.#selected);
  }

  /** Update the descriptions for screen readers. */
  describe() {
    for (const panel of this.#panels.values()) panel.describe();
  }

  /** Scroll to a layer and select the largest value of a map, without pinning it. */
  open(network, layer, map) {
    this.unpin();
    const panel = this.#panels.get(layer);
    const at = layer.values ? layer.maximum(map) : [map, 0, 0];
    panel.element.scrollIntoView();
    panel.maps.focus(at);
    this.#select({ network, layer, at }, true);
  }

  scrollTo(layer) {
    this.#panels.get(layer).element.scrollIntoView({ block: "center" });
  }

  #select(selected, isAnnounced = false) {
    const { layer, at, from } = selected;
    const panel = this.#panels.get(layer);
    const box = layer.from.length ? windowOf(layer, at) : null;
    const isConvolution = layer.kernel && box;
    const inputMap = isConvolution ? (from ?? (layer.values ? mapSums(layer, at)[0].map : 0)) : at[0];
    this.#selected = selected;
    for (const each of this.#panels.values()) each.outline(null);
    panel.outline(at, undefined, isConvolution ? inputMap : undefined);
    if (box) {
      const { top, left, height, width } = box;
      this.#panels.get(layer.from[0]).outline([inputMap, top, left], { top, left, height, width });
    }
    if (this.#inspector) this.#inspector.show(selected, panel.texts, isAnnounced);
    else this.#loadInspector(isAnnounced);
  }

  async #loadInspector(isAnnounced) {
    const [{ Inspector }] = await Promise.all([import("./inspector.js"), loadStyles("calculation")]);
    this.#inspector ??= new Inspector((from) => this.#select({ ...this.#selected, from }), this.#liveRegion);
    if (this.#selected) this.#select(this.#selected, isAnnounced);
  }
}
