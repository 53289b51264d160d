/* Looking: at which number of which layer, outlined in its maps and in those that made it, and pinned where that is wanted. */

import { byId } from "../shared/dom.js";
import { Inspector } from "./inspector.js";
import { mapSums, windowOf } from "./layer-math.js";
import { LayerView } from "./layer-panel.js";

export class Looking {
  #keep;
  #inspector;
  #views = new Map(); // layer -> its view
  #seen = null; // {network, layer, at, from, pinned}

  /** keep({layer, at}) hears what a link is to hold: a layer's name and a place counted from 1, as text; null for none. */
  constructor(keep, liveRegion) {
    this.#keep = keep;
    this.#inspector = new Inspector((from) => this.#look({ ...this.#seen, from }), liveRegion);
    byId("release").addEventListener("click", () => this.release());
    byId("inspector").addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#seen) return;
      event.preventDefault(); // it does not clear the drawing
      this.release();
    });
    for (const button of document.querySelectorAll("[data-step]")) {
      button.addEventListener("click", () => this.#views.get(this.#seen.layer).atlas.step(button.dataset.step));
    }
  }

  /** Put views of a network's layers into `place`; those of the network `before` go. labels: of its last numbers. */
  open(place, network, before, labels = []) {
    for (const layer of before?.layers ?? []) this.#views.delete(layer);
    const told = new Set();
    const views = network.layers.map((layer) => {
      const seen = (at, from) => ({ network, layer, at, from });
      const view = new LayerView(layer, {
        labels,
        told,
        look: (at) => this.#seen?.pinned || this.#look(seen(at), true),
        walk: (at, from) => (this.#seen?.pinned ? this.pin(seen(at, from)) : this.#look(seen(at, from), true)),
        pin: (at) => (at ? this.pin(seen(at)) : this.release()),
      });
      this.#views.set(layer, view);
      return view.element;
    });
    place.replaceChildren(...views);
    this.#follow(network, before);
  }

  /** Look at the same place of the new network, where it has one. */
  #follow(network, before) {
    if (!before || this.#seen?.network !== before) return;
    const layer = network.find(this.#seen.layer.name);
    if (layer?.has(this.#seen.at)) this.#look({ ...this.#seen, network, layer });
    else this.#letGo(); // the link still names it, for when the network comes back
  }

  /** Keep looking at a place, until it is pinned again or let go. */
  pin({ network, layer, at, from }) {
    const last = this.#seen?.layer === layer ? this.#seen : null;
    if (last?.pinned && String(last.at) === String(at) && (from ?? last.from) === last.from) return this.release();
    this.#look({ network, layer, at, from: from ?? last?.from, pinned: true }, true);
    this.#keep({ layer: layer.name, at: at.map((place) => place + 1).join(",") });
  }

  /** Look at nothing, and have no link do so. */
  release() {
    if (this.#seen?.pinned) this.#keep({ layer: null, at: null });
    this.#letGo();
  }

  get isPinned() {
    return Boolean(this.#seen?.pinned);
  }

  #letGo() {
    this.#seen = null;
    this.#inspector.clear();
    for (const view of this.#views.values()) view.mark(null);
  }

  /** Show what the layers have made by now. */
  paint() {
    for (const view of this.#views.values()) view.show();
    if (this.#seen) this.#look(this.#seen);
  }

  /** Tell it in words. */
  tell() {
    for (const view of this.#views.values()) view.tell();
  }

  /** Bring a layer to the middle of the screen. */
  goTo(layer) {
    this.#views.get(layer).element.scrollIntoView({ block: "center" });
  }

  #look(seen, spoken = false) {
    const { layer, at, from } = seen;
    const view = this.#views.get(layer);
    const box = layer.from.length ? windowOf(layer, at) : null;
    const summed = layer.kernel && box;
    const before = summed ? (from ?? (layer.values ? mapSums(layer, at)[0].map : layer.first(at[0]))) : at[0];
    this.#seen = seen;
    for (const each of this.#views.values()) each.mark(null);
    view.mark(at, undefined, summed ? before : undefined);
    if (box) {
      const outline = { top: box.top, left: box.left, height: box.high, width: box.wide };
      this.#views.get(layer.from[0]).mark([before, box.top, box.left], outline);
    }
    this.#inspector.show(seen, view.texts, spoken);
  }
}
