/* The voice: what a screen reader says. It waits for calm, so that an answer is read once and not at every move. */

const CALM = 600; // ms without news

export class LiveRegion {
  #element;
  #timer = 0;

  constructor(element) {
    this.#element = element;
  }

  /** Say a sentence after a moment of calm; a newer one replaces it. */
  announce(sentence, wait = CALM) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#element.textContent = sentence), wait);
  }
}
