/* The answer: the label in large, how sure it is, what the crops make of it, or in words why there is none. */

import { argmax, formatProbability } from "../shared/format.js";
import { ImageCanvas } from "../shared/image-canvas.js";
import { ProbabilityBars } from "../shared/probability-bars.js";
import { Crops } from "./crops.js";

const NOTHING_ELSE = 0.0005; // a runner-up below it would be shown as 0.0 %

export class Answer {
  #parts;
  #liveRegion;
  #bars;
  #image;
  #crops;
  #prediction = null;
  #marked = null;
  #shape = "";

  constructor(parts, liveRegion) {
    this.#parts = parts;
    this.#liveRegion = liveRegion;
    this.#bars = new ProbabilityBars(parts.bars);
    this.#image = new ImageCanvas(parts.pixels, parts.windows);
    this.#crops = new Crops(parts.crops, (index) => this.#mark(index));
  }

  /** Make ready for answers: the labels, the image's height and width, the crops' windows and their size. */
  prepare(labels, { height, width }, offsets, size) {
    const shape = JSON.stringify([labels, height, width, offsets, size]);
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.#bars.setLabels(labels);
    this.#image.setWindows(height, width, offsets, size);
    this.#crops.setWindows(offsets, size);
    this.#parts.caption.textContent =
      `${width}×${height} pixels: the ink, scaled and centred. A crop is a window of ${size}×${size} on it.`;
    this.#mark(null);
  }

  /** Show an answer of the API; `size` is that of its crops. What the answer says of itself is what counts. */
  show({ labels, crops: offsets, predictions: [prediction] }, size) {
    const { label, confidence, probabilities, known, several, crops, image } = prediction;
    this.prepare(labels, { height: image.length, width: image[0].length }, offsets, size);
    this.#prediction = prediction;
    const unsure = known === false;
    const doubt = several ? "These look like several signs." : unsure && "Not sure it is one of the labels.";
    const sentence = doubt || runnerUp(labels, probabilities);
    this.#parts.offer.hidden = !several;
    this.#say(unsure ? "unsure" : "sure", label, formatProbability(confidence), sentence);
    this.#bars.show(probabilities, crops);
    this.#image.show(image);
    this.#crops.show(image, labels, crops);
    this.#mark(this.#marked);
    this.#liveRegion.announce(`${label}, ${formatProbability(confidence)}. ${doubt || ""}`);
  }

  /** Nothing is drawn. */
  clear() {
    this.#empty("idle", "Ready", "Draw, and the answer appears here.");
    this.#liveRegion.announce("", 0);
  }

  /** Say why there is no answer to what is drawn. */
  refuse(sentence) {
    this.#empty("problem", "No answer", sentence);
    this.#liveRegion.announce(sentence);
  }

  /** The last answer stays, but may be old: say why. */
  suspend(sentence) {
    this.#parts.answer.dataset.state = "suspended";
    this.#parts.sentence.textContent = sentence;
    this.#parts.confidence.textContent = "Waiting";
    this.#liveRegion.announce(sentence);
  }

  #empty(state, headline, sentence) {
    this.#prediction = null;
    this.#parts.offer.hidden = true;
    this.#say(state, "", headline, sentence);
    this.#bars.clear();
    this.#image.clear();
    this.#crops.clear();
    this.#parts.legend.textContent = "";
  }

  #say(state, label, headline, sentence) {
    this.#parts.answer.dataset.state = state;
    this.#parts.label.textContent = label;
    this.#parts.label.classList.toggle("long", label.length > 2);
    this.#parts.confidence.textContent = headline;
    this.#parts.sentence.textContent = sentence;
  }

  #mark(index) {
    this.#marked = index;
    this.#image.mark(index);
    const crops = this.#prediction?.crops;
    const own = crops?.length > 1 ? crops[index] : undefined;
    this.#bars.mark(own ?? null);
    if (!crops) return;
    const several = `Bar: mean of ${crops.length} crops. Line: from the least to the most of them.`;
    const one = crops.length === 1 ? "The answer of one crop, the center." : several;
    this.#parts.legend.textContent = own ? `Bar: mean of ${crops.length} crops. Mark: the crop you look at.` : one;
  }
}

function runnerUp(labels, probabilities) {
  const others = probabilities.slice();
  others[argmax(probabilities)] = -1;
  const second = argmax(others);
  return others[second] < NOTHING_ELSE ? "No other label comes near." : `Then ${labels[second]}, with ${formatProbability(others[second])}.`;
}
