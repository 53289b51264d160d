/* The inspector: one value of a layer, and how it was computed. */

import { byId, h } from "../shared/dom.js";
import { explainValue } from "./calculation.js";
import { describePosition, formatExact, sumList } from "./math-tables.js";

const NOTHING_DRAWN = "Draw something to see this value.";

export class Inspector {
  #onChooseMap;
  #liveRegion;

  /** onChooseMap(map) is called when another input map is chosen. */
  constructor(onChooseMap, liveRegion) {
    this.#onChooseMap = onChooseMap;
    this.#liveRegion = liveRegion;
    byId("fold").addEventListener("click", () => {
      const isFolded = byId("inspector").toggleAttribute("data-folded"); // on phones: the position and the value alone
      Object.assign(byId("fold"), { ariaExpanded: String(!isFolded), textContent: isFolded ? "More" : "Less" });
    });
  }

  /** Show the value at a position. texts: captions of the layer's units. isAnnounced: also for screen readers. */
  show({ network, layer, at, from, isPinned }, texts, isAnnounced) {
    this.#toggle(true);
    byId("unpin").textContent = isPinned ? "Unpin" : "Close";
    const position = texts && texts[at[0]] !== String(at[0] + 1) ? `label ${texts[at[0]]}` : describePosition(layer, at);
    const title = `${layer.name}: ${position}`;
    const heading = h("p", { class: "position", "data-testid": "position", text: title });
    const container = byId("calculation");
    if (!layer.values) return container.replaceChildren(heading, h("p", { class: "hint", text: NOTHING_DRAWN }));
    const value = formatExact(layer.at(at));
    const { summary, elements } = explainValue(layer, at, { from, onChooseMap: this.#onChooseMap, texts });
    const next = network.activationOf(layer);
    if (next) elements.push(sumList([`after ${next.name}`, next.at(at)]));
    const { map } = (container.contains(document.activeElement) && document.activeElement.dataset) || {};
    const valueText = h("p", { class: "value", "data-testid": "value", text: value });
    container.replaceChildren(h("div", { class: "calculation-header" }, heading, valueText), ...elements);
    if (map) container.querySelector(`[data-map="${map}"]`)?.focus({ preventScroll: true });
    if (isAnnounced) this.#liveRegion.announce(`${title}: ${value}. ${summary}`);
  }

  clear() {
    this.#toggle(false);
    byId("calculation").replaceChildren();
  }

  #toggle(isShown) {
    byId("inspector").toggleAttribute("data-shown", isShown);
    byId("inspector-hint").hidden = isShown;
    byId("unpin").hidden = !isShown;
  }
}
