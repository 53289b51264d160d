/* The choice of crops: which windows of the image the answer averages. */

import { h } from "../shared/elements.js";
import { CROPS } from "../shared/state.js";

export class CropsChoice {
  #radios;
  #captions;

  /** `change(crops)` is called as soon as another one is chosen. */
  constructor(choice, change) {
    const options = CROPS.choices.map((value) => {
      const radio = h("input", { type: "radio", name: "crops", value, onchange: () => change(value) });
      const caption = h("span", { text: value });
      return { radio, caption, label: h("label", {}, radio, caption) };
    });
    this.#radios = options.map((option) => option.radio);
    this.#captions = options.map((option) => option.caption);
    choice.append(...options.map((option) => option.label));
  }

  /** Say how many windows the card averages over. */
  setCard(card) {
    this.#captions[CROPS.choices.indexOf("4")].textContent = card.crop.offsets.length;
  }

  setCrops(crops) {
    for (const radio of this.#radios) radio.checked = radio.value === crops;
  }
}
