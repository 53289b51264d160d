/* The choice of one among few: radio buttons that stand in the page. */

export class Choice {
  #radios;

  /** `change(value)` is called as soon as another one is chosen. */
  constructor(fieldset, change) {
    this.#radios = [...fieldset.querySelectorAll("input")];
    fieldset.addEventListener("change", (event) => change(event.target.value));
  }

  /** Show what is chosen; none, where it is none of them. */
  set(value) {
    for (const radio of this.#radios) radio.checked = radio.value === String(value ?? "");
  }
}
