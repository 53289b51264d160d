/* Whether the model is confident in its prediction, and what that means for this model. The server decides. */

import { byId } from "../shared/dom.js";
import { formatProbability } from "../shared/format.js";

const score = new Intl.NumberFormat("en", { minimumFractionDigits: 3, maximumFractionDigits: 3 });

export class ConfidenceDetails {
  #summary = byId("confidence-summary");
  #defaultSummary = this.#summary.textContent;

  /** Explain the rejection threshold of a model card. */
  setCard({ known: { score: kind = "confidence", threshold, how } }) {
    byId("threshold").textContent = score.format(threshold);
    byId("threshold-reason").textContent = how ? ` (${how.replaceAll(/(\d)%/g, "$1\u00a0%")})` : "";
    for (const text of byId("confidence-details").querySelectorAll("[data-score]")) text.hidden = text.dataset.score !== kind;
  }

  show({ known, confidence }) {
    this.#summary.textContent = `${known ? "✓ Confident" : "? Not sure"}: ${formatProbability(confidence)}`;
  }

  clear() {
    this.#summary.textContent = this.#defaultSummary;
  }
}
