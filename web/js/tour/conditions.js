/* The conditions under which a step's task is done. A condition that has been met once stays met. */

const POINTING = ["pointermove", "pointerdown", "focusin", "keydown"];

export class Conditions {
  #waiting;
  #hasConditions;
  #listen = ({ target }) => this.#point(target);

  /** conditions: those of a step in a tour file; all must be met. */
  constructor(conditions) {
    this.#waiting = [...conditions];
    this.#hasConditions = conditions.length > 0;
    for (const type of POINTING) document.addEventListener(type, this.#listen, true);
  }

  /** Whether all conditions have been met; false if there are none. */
  areMet() {
    this.#waiting = this.#waiting.filter((condition) => !isMet(condition));
    return this.#hasConditions && this.#waiting.length === 0;
  }

  stop() {
    for (const type of POINTING) document.removeEventListener(type, this.#listen, true);
  }

  #point(target) {
    this.#waiting = this.#waiting.filter(({ pointed_at: selector }) => !selector || !target.closest?.(selector));
  }
}

function isMet({ selector, parameter, pattern = "" }) {
  const expression = new RegExp(pattern, "u");
  const value = parameter ? new URLSearchParams(location.search).get(parameter) : null;
  if (parameter) return value !== null && expression.test(value);
  if (!selector) return false; // pointed_at: see #point
  return [...document.querySelectorAll(selector)].some((element) => element.checkVisibility() && expression.test(textOf(element)));
}

function textOf(element) {
  const isField = element instanceof HTMLInputElement || element instanceof HTMLSelectElement;
  return (isField ? element.value : element.textContent).trim();
}
