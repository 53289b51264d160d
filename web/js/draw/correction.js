/* Corrects a wrong prediction: the drawing is saved with its correct label, and can be removed again. */

import { byId, h, showError } from "../shared/dom.js";
import { errorMessage } from "../shared/error-messages.js";
import { deleteFeedback, saveFeedback } from "../shared/server-api.js";

export class Correction {
  #button;
  #status;
  #dialog = byId("correction"); // shared by all instances
  #isBusy = false; // a second click would save the drawing twice
  #predicted = null; // what may be wrong: {input, result}

  /** button: opens the dialog. status: shows what was saved. */
  constructor(button, status) {
    [this.#button, this.#status] = [button, status];
    button.addEventListener("click", () => this.#predicted && this.#open());
  }

  /** Allow a correction of this result of `predict` for this input. */
  enable(input, result) {
    this.#predicted = { input, result };
    this.#button.setAttribute("aria-disabled", "false");
  }

  disable() {
    this.#predicted = null;
    this.#button.setAttribute("aria-disabled", "true");
  }

  /** Clear the message about the previous drawing. */
  clearStatus() {
    if (this.#status.firstChild) this.#status.replaceChildren();
  }

  #open() {
    const { labels } = this.#predicted.result;
    const buttons = labels.map((label) => h("button", { type: "button", text: label, onclick: () => this.#save(label) }));
    byId("correct-labels").replaceChildren(...buttons);
    byId("other-label").value = "";
    this.#dialog.querySelector("form").onsubmit = (event) => {
      if (!event.submitter?.value) return; // cancelled
      event.preventDefault();
      this.#save(byId("other-label").value.trim());
    };
    showError(byId("correction-error"), null);
    this.#dialog.showModal();
  }

  async #save(label) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const { input, result } = this.#predicted;
    const { strokes, picture, pen } = input;
    const details = { label, model: result.model, predicted: result.predictions[0].label };
    if (result.sha256) details.sha256 = result.sha256;
    try {
      const { id } = await saveFeedback({ strokes, picture, pen }, details);
      this.#dialog.close();
      this.#confirm(label, id);
    } catch (error) {
      showError(byId("correction-error"), error);
    } finally {
      this.#isBusy = false;
    }
  }

  #confirm(label, id) {
    const undo = h("button", { type: "button", class: "plain", text: "Undo", ariaLabel: "Undo the correction", onclick: () => this.#undo(id) });
    this.#status.replaceChildren(`Thank you! Saved as ${label}. `, undo);
  }

  async #undo(id) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await deleteFeedback(id);
      this.#status.textContent = "Correction removed.";
      this.#button.focus();
    } catch (error) {
      this.#status.append(` ${errorMessage(error)}`);
    } finally {
      this.#isBusy = false;
    }
  }
}
