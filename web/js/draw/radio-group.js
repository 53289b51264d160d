/* A group of radio buttons that is part of the page. */

export class RadioGroup {
  #radios;

  /** `onChange(value)` is called when another button is chosen. */
  constructor(fieldset, onChange) {
    this.#radios = [...fieldset.querySelectorAll("input")];
    fieldset.addEventListener("change", (event) => onChange(event.target.value));
  }

  /** Check the button with this value, or none. */
  set(value) {
    for (const radio of this.#radios) radio.checked = radio.value === String(value ?? "");
  }
}
