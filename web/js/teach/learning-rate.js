/* The field for a lesson's learning rate. */

import { byId, showError } from "../shared/dom.js";

const ERRORS = { invalid_input: "Enter a learning rate between 0.0001 and 10." };

/** `update(path, options, element, overrides)` changes the lesson and shows errors in `element`. */
export function initLearningRate(update) {
  byId("learning-rate").addEventListener("change", ({ target: { valueAsNumber } }) => {
    update("", { method: "PATCH", json: { learning_rate: valueAsNumber } }, byId("learning-rate-error"), ERRORS);
  });
}

export function showLearningRate({ learning_rate: rate }) {
  byId("learning-rate").value = rate;
  showError(byId("learning-rate-error"), null); // it was about another value
}
