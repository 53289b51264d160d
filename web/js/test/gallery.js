/* A gallery: images of a report with their predictions, a page at a time. */

import { byId, cloneTemplate, h, showError } from "../shared/dom.js";
import { formatCount, formatProbability } from "../shared/format.js";
import { ApiError, fetchJson, Unavailable } from "../shared/http.js";
import { paintImage } from "../shared/image-canvas.js";
import { encodeImage } from "../shared/stroke-codec.js";
import { onThemeChange } from "../shared/theme.js";

const PAGE = 18; // images

export class Gallery {
  #section;
  #painted = []; // [canvas, image]
  #request = null; // {report, query} of the next page

  constructor(id) {
    this.#section = byId(id);
    this.#find("button").addEventListener("click", () => this.#load());
    onThemeChange(() => this.#painted.forEach((each) => paintImage(...each)));
  }

  /** Show images of a report; query: parameters of GET /reports/ID/images. */
  show(title, report, query) {
    this.#section.hidden = false;
    this.#find("h3").textContent = title;
    this.#find(".images").replaceChildren();
    showError(this.#find(".problem"), null);
    this.#painted = [];
    this.#request = { report, query: { ...query, limit: PAGE } };
    this.#load();
  }

  #find(selector) {
    return this.#section.querySelector(selector);
  }

  async #load() {
    const request = this.#request;
    const button = this.#find("button");
    button.hidden = true;
    try {
      const page = await fetchJson(`/reports/${request.report.id}/images?${new URLSearchParams(request.query)}`);
      if (request !== this.#request) return;
      this.#find(".images").append(...page.images.map((each) => this.#createItem(each, page.labels)));
      request.query.before = page.next;
      button.hidden = page.next === null;
      button.textContent = `Show more (${formatCount(page.n)} in total)`;
      showError(this.#find(".problem"), null);
    } catch (error) {
      if (!(error instanceof Unavailable || error instanceof ApiError)) throw error;
      if (request !== this.#request) return;
      button.hidden = error instanceof ApiError;
      button.textContent = "Try again";
      showError(this.#find(".problem"), error);
    }
  }

  #createItem({ image, index, true: label, predicted, known, probabilities }, labels) {
    const isCorrect = label === predicted;
    const result = isCorrect ? `read ${predicted}` : `read ${predicted}, was ${label}`;
    const item = cloneTemplate("image-template", { mark: isCorrect ? "✓" : "✗", result, known: known ? "" : "not sure" });
    item.querySelector("b").className = isCorrect ? "correct" : "incorrect";
    const query = `?${new URLSearchParams({ model: this.#request.report.model, image: encodeImage(image) })}`;
    const [insideLink, drawLink] = item.querySelectorAll("a");
    Object.assign(insideLink, { search: query, ariaLabel: `Image ${index}, ${result}: look inside` });
    Object.assign(drawLink, { search: query, ariaLabel: `Open image ${index} in Draw` });
    const best = probabilities.map((p, i) => [p, labels[i]]).sort(([a], [b]) => b - a).slice(0, 3);
    item.querySelector("ul").append(...best.map(([p, text]) => h("li", {}, h("span", { text }), formatProbability(p))));
    this.#painted.push([item.querySelector("canvas"), image]);
    paintImage(...this.#painted.at(-1));
    return item;
  }
}
