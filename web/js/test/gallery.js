/* The gallery: images of a report with what the network answered to each, a page at a time. */

import { byId, cloneTemplate, h, showError } from "../shared/dom.js";
import { formatCount, formatProbability } from "../shared/format.js";
import { ApiError, fetchJson, Unavailable } from "../shared/http.js";
import { paintImage } from "../shared/image-canvas.js";
import { encodeImage } from "../shared/stroke-codec.js";
import { onThemeChange } from "../shared/theme.js";

export class Gallery {
  #root;
  #shown = []; // [canvas, image]
  #asked = null; // {report, query}: the query of the next page

  constructor(id) {
    this.#root = byId(id);
    this.#part("button").addEventListener("click", () => this.#load());
    onThemeChange(() => this.#shown.forEach((each) => paintImage(...each)));
  }

  /** Show a report's images; query: what GET /reports/ID/images takes. */
  show(title, report, query) {
    this.#root.hidden = false;
    this.#part("h3").textContent = title;
    this.#part(".images").replaceChildren();
    showError(this.#part(".problem"), null);
    this.#shown = [];
    this.#asked = { report, query: { ...query, limit: 18 } };
    this.#load();
  }

  #part(selector) {
    return this.#root.querySelector(selector);
  }

  async #load() {
    const asked = this.#asked;
    const more = this.#part("button");
    more.hidden = true;
    try {
      const page = await fetchJson(`/reports/${asked.report.id}/images?${new URLSearchParams(asked.query)}`);
      if (asked !== this.#asked) return;
      this.#part(".images").append(...page.images.map((each) => this.#card(each, page.labels)));
      asked.query.before = page.next;
      more.hidden = page.next === null;
      more.textContent = `More of the ${formatCount(page.n)}`;
      showError(this.#part(".problem"), null);
    } catch (error) {
      if (!(error instanceof Unavailable || error instanceof ApiError)) throw error;
      if (asked !== this.#asked) return;
      more.hidden = error instanceof ApiError;
      more.textContent = "Try again";
      showError(this.#part(".problem"), error);
    }
  }

  #card({ image, index, true: right, predicted, known, probabilities }, labels) {
    const good = right === predicted;
    const card = cloneTemplate("card", { right, predicted, sign: good ? "✓" : "✗", known: known ? "" : "not known" });
    card.querySelector("b").className = good ? "correct" : "incorrect";
    const query = `?${new URLSearchParams({ model: this.#asked.report.model, image: encodeImage(image) })}`;
    const [inside, draw] = card.querySelectorAll("a");
    Object.assign(inside, { search: query, ariaLabel: `Image ${index}, ${right} read as ${predicted}: look inside` });
    Object.assign(draw, { search: query, ariaLabel: `Draw image ${index}` });
    const best = probabilities.map((p, i) => [p, labels[i]]).sort(([a], [b]) => b - a).slice(0, 3);
    card.querySelector("ul").append(...best.map(([p, text]) => h("li", {}, h("span", { text }), formatProbability(p))));
    this.#shown.push([card.querySelector("canvas"), image]);
    paintImage(...this.#shown.at(-1));
    return card;
  }
}
