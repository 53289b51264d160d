/* The correction: which label is right, kept for the next training, and taken back. */

import { byId, h, showError } from "../shared/dom.js";
import { errorMessage } from "../shared/error-messages.js";
import { deleteFeedback, saveFeedback } from "../shared/server-api.js";

export class Correction {
  #wrong = byId("wrong");
  #dialog = byId("correction");
  #kept = byId("kept");
  #busy = false; // a second press would keep the drawing twice
  #answered = null; // the answer that may be wrong: {question, reply}

  constructor() {
    this.#wrong.addEventListener("click", () => this.#answered && this.#open());
    this.#dialog.querySelector("form").addEventListener("submit", (event) => {
      if (!event.submitter?.value) return; // cancelled
      event.preventDefault();
      this.#send(byId("other-label").value.trim());
    });
  }

  /** An answer is there to be corrected: to a question, by the API's reply. */
  offer(question, reply) {
    this.#answered = { question, reply };
    this.#wrong.setAttribute("aria-disabled", "false");
  }

  /** There is nothing to be corrected. */
  clear() {
    this.#answered = null;
    this.#wrong.setAttribute("aria-disabled", "true");
  }

  /** The drawing has changed: what was said of the one before is over. */
  forget() {
    if (this.#kept.firstChild) this.#kept.replaceChildren();
  }

  #open() {
    const { labels } = this.#answered.reply;
    const buttons = labels.map((label) => h("button", { type: "button", text: label, onclick: () => this.#send(label) }));
    byId("right-labels").replaceChildren(...buttons);
    byId("other-label").value = "";
    showError(byId("correction-problem"), null);
    this.#dialog.showModal();
  }

  async #send(label) {
    if (this.#busy) return;
    this.#busy = true;
    const { question, reply } = this.#answered;
    const { model, crops, show, numbers, ...drawing } = question;
    const told = { label, model: reply.model, said: reply.predictions[0].label };
    if (reply.sha256) told.sha256 = reply.sha256;
    try {
      const { id } = await saveFeedback(drawing, told);
      this.#dialog.close();
      this.#thank(label, id);
    } catch (error) {
      showError(byId("correction-problem"), error);
    } finally {
      this.#busy = false;
    }
  }

  #thank(label, id) {
    const back = h("button", { type: "button", class: "plain", text: "Take it back", onclick: () => this.#takeBack(id) });
    this.#kept.replaceChildren(`Thank you. Kept as ${label}. `, back);
  }

  async #takeBack(id) {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await deleteFeedback(id);
      this.#kept.textContent = "Taken back.";
      this.#wrong.focus();
    } catch (error) {
      this.#kept.append(` ${errorMessage(error)}`);
    } finally {
      this.#busy = false;
    }
  }
}
