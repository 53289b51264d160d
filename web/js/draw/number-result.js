/* The result for a whole number: its text, each digit with its own prediction, and the digits' boxes over the drawing. */

import { byId, h, svg } from "../shared/dom.js";
import { SIDE } from "../shared/drawing-model.js";
import { formatProbability } from "../shared/format.js";
import { ProbabilityBars } from "../shared/probability-bars.js";
import { DigitDetails } from "./digit-details.js";

const LABEL_HEIGHT = 84; // of the label over a box, in units of the drawing

export class NumberResult {
  #liveRegion;
  #section = byId("number-result");
  #text = byId("number-text");
  #explanation = byId("number-explanation");
  #group = byId("digits");
  #title = byId("digit-title");
  #bars = new ProbabilityBars(byId("digit-probabilities"));
  #details = new DigitDetails();
  #result = null;
  #boxes = svg("svg", { class: "boxes", "aria-hidden": "true" });
  #digits = [];
  #lineLengths = "";
  #selected = 0;

  constructor(liveRegion) {
    this.#liveRegion = liveRegion;
    byId("drawing-area").append(this.#boxes);
  }

  setLabels(labels) {
    this.#bars.setLabels(labels);
  }

  /** Show a result of `readNumbers`, and over the drawing the boxes of its digits. */
  show(result, editor) {
    this.setLabels(result.labels);
    this.#result = result;
    this.#digits = result.lines.flatMap(({ digits }) => digits);
    const uncertain = this.#digits.filter(({ known }) => !known).length;
    this.#set("confident", result.text, explain(this.#digits.length, uncertain));
    this.#showDigits(result.lines);
    const placement = placementOf(result, editor);
    this.#boxes.setAttribute("viewBox", `0 0 ${editor.drawing.width} ${SIDE}`);
    this.#boxes.replaceChildren(...(placement ? this.#digits.map((digit) => makeBox(digit, placement)) : []));
    this.#select(Math.min(this.#selected, this.#digits.length - 1));
    this.#liveRegion.announce(`${result.text.replaceAll("\n", ", ")}. ${uncertain ? `${uncertain} not sure.` : ""}`);
  }

  clear() {
    this.#reset("idle", "Write a number. It is read while you write.");
    this.#liveRegion.announce("", 0);
  }

  /** Show why there is no result; `code` identifies the sentence. */
  showProblem(sentence, code) {
    this.#reset("error", sentence, code);
    this.#liveRegion.announce(sentence);
  }

  /** Keep the last result, which may be outdated, and show why. */
  markStale(sentence, code) {
    Object.assign(this.#section.dataset, { state: "stale", code });
    this.#explanation.textContent = sentence;
    this.#liveRegion.announce(sentence);
  }

  #reset(state, sentence, code) {
    this.#set(state, "", sentence, code);
    this.#digits = [];
    this.#showDigits([]);
    this.#boxes.replaceChildren();
    this.#bars.clear();
    this.#details.clear();
    this.#title.textContent = "";
  }

  #set(state, text, sentence, code = "") {
    Object.assign(this.#section.dataset, { state, code });
    this.#text.textContent = text;
    this.#text.style.setProperty("--length", Math.max(...text.split("\n").map((line) => line.length), 1));
    this.#explanation.textContent = sentence;
  }

  /** A button for each digit, line by line; existing buttons are reused, so that none loses the focus. */
  #showDigits(lines) {
    const lengths = lines.map(({ digits }) => digits.length).join();
    if (lengths !== this.#lineLengths) {
      this.#lineLengths = lengths;
      let index = 0;
      const row = ({ digits }) => h("div", { class: "digit-line" }, ...digits.map(() => this.#makeButton(index++)));
      this.#group.replaceChildren(...lines.map(row));
    }
    this.#group.querySelectorAll("button").forEach((button, i) => {
      const { label, confidence, known } = this.#digits[i];
      button.classList.toggle("unknown", !known);
      button.firstChild.textContent = label;
      button.lastChild.textContent = formatProbability(confidence);
      button.querySelector(".hidden").textContent = known ? ", confident, " : ", not sure, ";
    });
  }

  #makeButton(index) {
    const select = () => this.#select(index);
    const parts = [h("b"), h("span", { class: "hidden" }), h("span", { class: "digit-confidence" })];
    return h("button", { type: "button", class: "digit", onclick: select, onfocus: select }, ...parts);
  }

  /** Highlight the box of a digit and show its probabilities. */
  #select(index) {
    const digit = this.#digits[index];
    if (!digit) return;
    this.#selected = index;
    this.#group.querySelectorAll("button").forEach((button, i) => button.setAttribute("aria-pressed", String(i === index)));
    [...this.#boxes.children].forEach((box, i) => box.classList.toggle("highlighted", i === index));
    this.#title.textContent = `Digit ${index + 1} of ${this.#digits.length}: ${digit.label}${digit.known ? "" : ", not sure"}`;
    this.#bars.show(digit.probabilities, [digit.probabilities]);
    this.#details.show(digit, this.#result);
  }
}

function explain(count, uncertain) {
  if (count === 1) return uncertain ? "One digit, not sure." : "One digit, read with confidence.";
  return uncertain ? `${count} digits, ${uncertain} not sure (dashed).` : `${count} digits, all read with confidence.`;
}

/** How the result's pixels map to units of the drawing: {scale, left, top, margin}, or null if the picture isn't displayed.
    margin: how much wider the pen is on each side than the one that was read. */
function placementOf({ transform }, { drawing, canvas, penWidth }) {
  const { picture } = drawing;
  if (!picture) {
    const [left, top] = transform.origin;
    return { scale: transform.pixel_size, left, top, margin: Math.max(0, penWidth - transform.pen_width) / 2 };
  }
  const { bitmap, rows } = picture;
  return bitmap || rows ? canvas.placePicture(bitmap?.width ?? rows[0].length, bitmap?.height ?? rows.length) : null;
}

/** The box of a digit with its label above it, or below it where there is no room. */
function makeBox({ label, known, box }, placement) {
  const { scale, margin = 0 } = placement;
  const scaled = box.map((value, i) => value * scale + (i % 2 ? placement.top : placement.left) + (i < 2 ? -margin : margin));
  const [left, top, right, bottom] = scaled;
  const y = top > LABEL_HEIGHT ? top - 14 : Math.min(bottom + LABEL_HEIGHT - 20, SIDE - 10);
  const parts = [svg("rect", { x: left, y: top, width: right - left, height: bottom - top, rx: 12 })];
  parts.push(svg("text", { x: left, y }, known ? label : `${label}?`));
  return svg("g", { "data-testid": "digit-box", ...(!known && { class: "unknown" }) }, ...parts);
}
