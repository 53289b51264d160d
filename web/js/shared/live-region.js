/* Announces sentences to screen readers, after a pause, so that a prediction is read once and not on every pen movement. */

const PAUSE = 600; // ms without another announcement

export class LiveRegion {
  #element;
  #timer = 0;

  constructor(element) {
    this.#element = element;
  }

  /** Announce a sentence after a pause; a newer one replaces it. */
  announce(sentence, pause = PAUSE) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#element.textContent = sentence), pause);
  }
}
