/* Runs the learner's actions one after the other, and shows why one failed. */

import { byId, showError } from "../shared/dom.js";
import { ApiError, Unavailable } from "../shared/http.js";

export class ActionQueue {
  #callbacks;
  #last = Promise.resolve();

  /** callbacks = {onUnavailable(error), onLessonNotFound(error)} handle the errors that concern the whole view. */
  constructor(callbacks) {
    this.#callbacks = callbacks;
  }

  /** Run an action; if it is rejected by the trainer, show why in `element`, with `overrides` as in `errorMessage`. */
  async run(action, element = byId("training-error"), overrides) {
    showError(element, null);
    try {
      await action();
    } catch (error) {
      if (error instanceof Unavailable) this.#callbacks.onUnavailable(error);
      else if (error.code === "lesson_not_found") this.#callbacks.onLessonNotFound(error);
      else if (error instanceof ApiError) showError(element, error, overrides);
      else throw error;
    }
  }

  /** Run an action after all earlier ones. */
  enqueue(action, element, overrides) {
    return (this.#last = this.#last.then(() => this.run(action, element, overrides)));
  }
}
