/* The settings: which model answers, and which crops it averages. */

import { CROPS } from "./state.js";

export class Settings {
  #field;
  #select;
  #radios;
  #captions;

  /** `change(part)` is called with {model} or {crops} as soon as another one is chosen. */
  constructor({ field, select, choice }, change) {
    this.#field = field;
    this.#select = select;
    select.addEventListener("change", () => change({ model: select.value }));
    const options = CROPS.map((value) => makeRadio(value, () => change({ crops: value })));
    this.#radios = options.map((option) => option.radio);
    this.#captions = options.map((option) => option.caption);
    choice.append(...options.map((option) => option.label));
  }

  /** Offer the loaded models; with a single one there is nothing to choose. */
  setModels(names, chosen) {
    this.#select.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
    this.#field.hidden = names.length < 2;
  }

  /** Say how many windows the card averages over. */
  setCard(card) {
    this.#captions[CROPS.indexOf("4")].textContent = card.crop.offsets.length;
  }

  setCrops(crops) {
    for (const radio of this.#radios) radio.checked = radio.value === crops;
  }
}

function makeRadio(value, chosen) {
  const [label, radio, caption] = ["label", "input", "span"].map((tag) => document.createElement(tag));
  radio.type = "radio";
  radio.name = "crops";
  radio.value = caption.textContent = value;
  radio.addEventListener("change", chosen);
  label.append(radio, caption);
  return { label, radio, caption };
}
