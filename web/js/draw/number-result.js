/* The reading: a whole number in large, each of its signs with its own answer, and where it lies on the sheet. */

import { byId, h, svg } from "../shared/dom.js";
import { SIDE } from "../shared/drawing-model.js";
import { formatProbability } from "../shared/format.js";
import { ProbabilityBars } from "../shared/probability-bars.js";

const ROOM = 84; // units that a label over its box takes
const PARTS = ["reading", "text", "reading-sentence", "digits", "digit-title"];

export class Reading {
  #liveRegion;
  #parts = Object.fromEntries(PARTS.map((name) => [name, byId(name)]));
  #bars = new ProbabilityBars(byId("digit-bars"));
  #boxes = svg("svg", { class: "boxes", "aria-hidden": "true" });
  #signs = [];
  #shape = "";
  #marked = 0;

  constructor(liveRegion) {
    this.#liveRegion = liveRegion;
    byId("drawing-area").append(this.#boxes);
  }

  prepare(labels) {
    this.#bars.setLabels(labels);
  }

  /** Show a reading of the API, and over the sheet where each sign lies. */
  show(reply, sheet) {
    this.prepare(reply.labels);
    this.#signs = reply.lines.flatMap(({ digits }) => digits);
    const unsure = this.#signs.filter(({ known }) => !known).length;
    const count = this.#signs.length === 1 ? "One sign, " : `${this.#signs.length} signs, `;
    this.#say("sure", reply.text, count + (unsure ? `${unsure} not known: see the dashed boxes.` : "all known."));
    this.#layOut(reply.lines);
    const place = placeOf(reply, sheet);
    this.#boxes.setAttribute("viewBox", `0 0 ${sheet.drawing.width} ${SIDE}`);
    this.#boxes.replaceChildren(...(place ? this.#signs.map((sign) => outline(sign, place)) : []));
    this.#mark(Math.min(this.#marked, this.#signs.length - 1));
    this.#liveRegion.announce(`${reply.text.replaceAll("\n", ", ")}. ${unsure ? `${unsure} not known.` : ""}`);
  }

  clear(sentence = "Write a number, and it is read while you write.") {
    this.#empty("idle", sentence);
    this.#liveRegion.announce("", 0);
  }

  /** Say why there is no answer to what is written. */
  refuse(sentence) {
    this.#empty("problem", sentence);
    this.#liveRegion.announce(sentence);
  }

  /** The last answer stays, but may be old: say why. */
  suspend(sentence) {
    this.#parts.reading.dataset.state = "suspended";
    this.#parts["reading-sentence"].textContent = sentence;
    this.#liveRegion.announce(sentence);
  }

  #empty(state, sentence) {
    this.#say(state, "", sentence);
    this.#signs = [];
    this.#layOut([]);
    this.#boxes.replaceChildren();
    this.#bars.clear();
    this.#parts["digit-title"].textContent = "";
  }

  #say(state, text, sentence) {
    this.#parts.reading.dataset.state = state;
    this.#parts.text.textContent = text;
    this.#parts.text.style.setProperty("--length", Math.max(...text.split("\n").map((line) => line.length), 1));
    this.#parts["reading-sentence"].textContent = sentence;
  }

  /** A button for each sign, line by line; those that are there stay, so that none loses the focus. */
  #layOut(lines) {
    const shape = lines.map(({ digits }) => digits.length).join();
    const { digits: group } = this.#parts;
    if (shape !== this.#shape) {
      this.#shape = shape;
      let index = 0;
      const row = ({ digits }) => h("div", { class: "line-of" }, ...digits.map(() => this.#makeButton(index++)));
      group.replaceChildren(...lines.map(row));
    }
    group.querySelectorAll("button").forEach((button, i) => {
      const { label, confidence, known } = this.#signs[i];
      button.classList.toggle("unknown", !known);
      button.firstChild.textContent = label;
      button.lastChild.textContent = formatProbability(confidence);
      button.querySelector(".hidden").textContent = known ? ", known, " : ", not known, ";
    });
  }

  #makeButton(index) {
    const pick = () => this.#mark(index);
    const parts = [h("b"), h("span", { class: "hidden" }), h("span", { class: "own" })];
    return h("button", { type: "button", class: "sign", onclick: pick, onfocus: pick, onpointerenter: pick }, ...parts);
  }

  /** Bring out one sign: its box, and its probabilities on the bars. */
  #mark(index) {
    const sign = this.#signs[index];
    if (!sign) return;
    this.#marked = index;
    const { digits, "digit-title": title } = this.#parts;
    digits.querySelectorAll("button").forEach((button, i) => button.setAttribute("aria-pressed", String(i === index)));
    [...this.#boxes.children].forEach((box, i) => box.classList.toggle("marked", i === index));
    title.textContent = `Sign ${index + 1} of ${this.#signs.length}: ${sign.label}${sign.known ? "" : ", not known"}`;
    this.#bars.show(sign.probabilities, [sign.probabilities]);
  }
}

/** How pixels of a reply become units of the sheet: those of strokes by what it tells, a picture's by how it is shown.
    more: how far the line on the sheet reaches beyond the one that was read. */
function placeOf({ place }, { drawing, pad, pen }) {
  const { picture } = drawing;
  if (!picture) {
    const [left, top] = place.origin;
    return { scale: place.pixel, left, top, more: Math.max(0, pen - place.pen) / 2 };
  }
  const { bitmap, rows } = picture;
  return bitmap || rows ? pad.place(bitmap?.width ?? rows[0].length, bitmap?.height ?? rows.length) : null;
}

/** A sign's box with its label above it, or under it where there is no room. */
function outline({ label, known, box }, place) {
  const { scale, more = 0 } = place;
  const moved = box.map((value, i) => value * scale + (i % 2 ? place.top : place.left) + (i < 2 ? -more : more));
  const [left, top, right, bottom] = moved;
  const y = top > ROOM ? top - 14 : Math.min(bottom + ROOM - 20, SIDE - 10);
  const parts = [svg("rect", { x: left, y: top, width: right - left, height: bottom - top, rx: 12 })];
  parts.push(svg("text", { x: left, y }, known ? label : `${label}?`));
  return svg("g", known ? {} : { class: "unknown" }, ...parts);
}
