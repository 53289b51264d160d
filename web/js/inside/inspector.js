/* The inspector: the panel with one number of a layer, and all the arithmetic that made it. */

import { byId, h } from "../shared/dom.js";
import { arithmetic } from "./arithmetic.js";
import { exact, ledger, placeOf } from "./math-tables.js";

export class Inspector {
  #choose;
  #liveRegion;

  /** choose(map) hears of another map before that is to be looked at. */
  constructor(choose, liveRegion) {
    this.#choose = choose;
    this.#liveRegion = liveRegion;
  }

  /** Show how the number at a place is made. texts: what the layer's numbers are called. spoken: for a screen reader, too. */
  show({ network, layer, at, from, pinned }, texts, spoken) {
    this.#open(true);
    byId("release").textContent = pinned ? "Unpin" : "Close";
    const called = texts && texts[at[0]] !== String(at[0] + 1) ? `label ${texts[at[0]]}` : placeOf(layer, at);
    const title = `${layer.name}: ${called}`;
    const place = h("p", { class: "place", text: title });
    const sum = byId("sum");
    if (!layer.values) return sum.replaceChildren(place, h("p", { class: "hint", text: "Draw, and its numbers appear." }));
    const value = exact(layer.at(at));
    const { words, parts } = arithmetic(layer, at, { from, choose: this.#choose, texts });
    const next = network.after(layer);
    if (next) parts.push(ledger([`then ${next.name} makes of it`, next.at(at)]));
    const { map } = (sum.contains(document.activeElement) && document.activeElement.dataset) || {};
    sum.replaceChildren(h("div", { class: "sum-top" }, place, h("p", { class: "value", text: value })), ...parts);
    if (map) sum.querySelector(`[data-map="${map}"]`)?.focus({ preventScroll: true });
    if (spoken) this.#liveRegion.announce(`${title}: ${value}. ${words}`);
  }

  clear() {
    this.#open(false);
    byId("sum").replaceChildren();
  }

  #open(shown) {
    byId("inspector").toggleAttribute("data-shown", shown);
    byId("inspector-hint").hidden = shown;
    byId("release").hidden = !shown;
  }
}
