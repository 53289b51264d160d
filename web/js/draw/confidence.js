/* Known: whether an answer is to be trusted, in words and with the card's own threshold. */

import { byId } from "../shared/dom.js";

const THREE = new Intl.NumberFormat("en", { minimumFractionDigits: 3, maximumFractionDigits: 3 });
const SMALLEST = 1e-9; // as the server has it: no label is ruled out altogether

/** How sure an answer is, as the card's score has it. The server decides; this is its figure, to be shown. */
const SCORES = {
  confidence: (probabilities) => Math.max(...probabilities),
  divergence: (probabilities) => {
    const logarithms = probabilities.map((value) => Math.log(Math.max(value, SMALLEST)));
    const mean = logarithms.reduce((sum, value) => sum + value, 0) / logarithms.length;
    return 1 - Math.exp(mean) * logarithms.length;
  },
};

export class Known {
  #line = byId("known-line");
  #resting = this.#line.textContent;
  #score;
  #threshold = 0;

  setCard({ known: { score = "confidence", threshold, how } }) {
    this.#score = score;
    this.#threshold = threshold;
    byId("threshold").textContent = THREE.format(threshold);
    byId("threshold-how").textContent = how ? `, so that ${how}` : "";
    for (const text of byId("known").querySelectorAll("[data-score]")) text.hidden = text.dataset.score !== score;
  }

  show({ known, probabilities }) {
    const sureness = SCORES[this.#score]?.(probabilities);
    const figures = `sureness ${THREE.format(sureness)}, threshold ${THREE.format(this.#threshold)}`;
    this.#line.textContent = `${known ? "✓ Known" : "? Not known"}: ${figures}`;
  }

  clear() {
    this.#line.textContent = this.#resting;
  }
}
