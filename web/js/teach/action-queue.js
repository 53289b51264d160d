/* The acts: what is done to a lesson, one after the other, and where it is said in words why one failed. */

import { byId, showError } from "../shared/dom.js";
import { ApiError, Unavailable } from "../shared/http.js";

export class Acts {
  #hear;
  #last = Promise.resolve();

  /** hear: `gone(error)`, where the trainer does not answer, and `unknown(error)`, where it has no such lesson. */
  constructor(hear) {
    this.#hear = hear;
  }

  /** Do something, and say at a place in words why it failed, if it did. */
  async attempt(work, place = byId("problem")) {
    showError(place, null);
    try {
      await work();
    } catch (error) {
      if (error instanceof Unavailable) this.#hear.gone(error);
      else if (error.code === "lesson_not_found") this.#hear.unknown(error);
      else if (error instanceof ApiError) showError(place, error);
      else throw error;
    }
  }

  /** Do it after what is still being done. */
  follow(work, place) {
    return (this.#last = this.#last.then(() => this.attempt(work, place)));
  }
}
