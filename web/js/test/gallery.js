/* The gallery: images of a report with what the network answered to each, a page at a time. */

import { byId, h, problem, stamp } from "../shared/dom.js";
import { count, percent } from "../shared/format.js";
import { Gone, Refused, request } from "../shared/http.js";
import { paint } from "../shared/image-canvas.js";
import { packImage } from "../shared/stroke-codec.js";
import { onThemeChange } from "../shared/theme.js";

export class Gallery {
  #root;
  #shown = []; // [canvas, image]
  #asked = null; // {report, query}: the query of the next page

  constructor(id) {
    this.#root = byId(id);
    this.#part("button").addEventListener("click", () => this.#load());
    onThemeChange(() => this.#shown.forEach((each) => paint(...each)));
  }

  /** Show a report's images; query: what GET /reports/ID/images takes. */
  show(title, report, query) {
    this.#root.hidden = false;
    this.#part("h3").textContent = title;
    this.#part(".images").replaceChildren();
    problem(this.#part(".problem"), null);
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
      const page = await request(`/reports/${asked.report.id}/images?${new URLSearchParams(asked.query)}`);
      if (asked !== this.#asked) return;
      this.#part(".images").append(...page.images.map((each) => this.#card(each, page.labels)));
      asked.query.before = page.next;
      more.hidden = page.next === null;
      more.textContent = `More of the ${count(page.n)}`;
      problem(this.#part(".problem"), null);
    } catch (error) {
      if (!(error instanceof Gone || error instanceof Refused)) throw error;
      if (asked !== this.#asked) return;
      more.hidden = error instanceof Refused;
      more.textContent = "Try again";
      problem(this.#part(".problem"), error);
    }
  }

  #card({ image, index, true: right, predicted, known, probabilities }, labels) {
    const good = right === predicted;
    const card = stamp("card", { right, predicted, sign: good ? "✓" : "✗", known: known ? "" : "not known" });
    card.querySelector("b").className = good ? "right" : "wrong";
    const query = `?${new URLSearchParams({ model: this.#asked.report.model, image: packImage(image) })}`;
    const [inside, draw] = card.querySelectorAll("a");
    Object.assign(inside, { search: query, ariaLabel: `Image ${index}, ${right} read as ${predicted}: look inside` });
    Object.assign(draw, { search: query, ariaLabel: `Draw image ${index}` });
    const best = probabilities.map((p, i) => [p, labels[i]]).sort(([a], [b]) => b - a).slice(0, 3);
    card.querySelector("ul").append(...best.map(([p, text]) => h("li", {}, h("span", { text }), percent(p))));
    this.#shown.push([card.querySelector("canvas"), image]);
    paint(...this.#shown.at(-1));
    return card;
  }
}
