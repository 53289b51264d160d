/* The prediction: label, confidence, bars, image and crops, or a sentence why there is none. */

import { byId } from "../shared/dom.js";
import { argmax, formatProbability } from "../shared/format.js";
import { ImageCanvas } from "../shared/image-canvas.js";
import { ProbabilityBars } from "../shared/probability-bars.js";
import { CropTiles } from "./crops.js";

const SMALLEST_SHOWN = 0.0005; // a smaller probability would read "0.0 %"

export class PredictionPanel {
  #liveRegion;
  #section = byId("prediction");
  #label = byId("label");
  #confidence = byId("confidence");
  #explanation = byId("explanation");
  #suggestion = byId("suggestion");
  #legend = byId("legend");
  #bars = new ProbabilityBars(byId("probabilities"));
  #image = new ImageCanvas(byId("image-pixels"), byId("crop-outlines"));
  #crops = new CropTiles(byId("crops"), (index) => this.#selectCrop(index));
  #prediction = null;
  #selectedCrop = null;
  #layout = "";

  constructor(liveRegion) {
    this.#liveRegion = liveRegion;
  }

  /** Prepare for predictions: the labels, the image's height and width, and the crops' offsets and size. */
  setLayout(labels, { height, width }, offsets, size) {
    const layout = JSON.stringify([labels, height, width, offsets, size]);
    if (layout === this.#layout) return;
    this.#layout = layout;
    this.#bars.setLabels(labels);
    this.#image.setCrops(height, width, offsets, size);
    this.#crops.setCrops(offsets, size);
    byId("image-caption").textContent =
      `The ink, scaled and centered on ${width}×${height} pixels. Each crop is ${size}×${size} pixels of it.`;
    this.#selectCrop(null);
  }

  /** Show a result of `predict`; `size`: that of its crops. */
  show({ labels, crops: offsets, predictions: [prediction] }, size) {
    const { label, confidence, probabilities, known, multiple, crops, image } = prediction;
    this.setLayout(labels, { height: image.length, width: image[0].length }, offsets, size);
    this.#prediction = prediction;
    const percent = formatProbability(confidence);
    const [state, shown, headline] = known ? ["confident", label, percent] : ["uncertain", "?", "Not sure"];
    const guess = known ? describeSecond(labels, probabilities) : `Best guess: ${label}, ${percent}. It may be none of the labels.`;
    const warning = multiple ? "These look like several digits." : known ? "" : guess;
    this.#suggestion.hidden = known && !multiple;
    this.#set(state, shown, headline, warning || guess);
    this.#bars.show(probabilities, crops);
    this.#image.show(image);
    this.#crops.show(image, labels, crops);
    this.#selectCrop(this.#selectedCrop);
    this.#liveRegion.announce(known ? `${label}, ${percent}. ${warning}` : `Not sure. ${warning}`);
  }

  /** Nothing is drawn. */
  clear() {
    this.#reset("idle", "Ready", "Draw a digit to see the prediction.");
    this.#liveRegion.announce("", 0);
  }

  /** Show why there is no prediction; `code` identifies the sentence. */
  showProblem(sentence, code) {
    this.#reset("error", "No prediction", sentence, code);
    this.#liveRegion.announce(sentence);
  }

  /** Keep the last prediction, which may be outdated, and show why. */
  markStale(sentence, code) {
    Object.assign(this.#section.dataset, { state: "stale", code });
    this.#explanation.textContent = sentence;
    this.#confidence.textContent = "Waiting…";
    this.#liveRegion.announce(sentence);
  }

  #reset(state, headline, sentence, code) {
    this.#prediction = null;
    this.#suggestion.hidden = true;
    this.#set(state, "", headline, sentence, code);
    this.#bars.clear();
    this.#image.clear();
    this.#crops.clear();
    this.#legend.textContent = "";
  }

  #set(state, label, headline, sentence, code = "") {
    Object.assign(this.#section.dataset, { state, code });
    this.#label.textContent = label;
    this.#label.classList.toggle("long", label.length > 2);
    this.#confidence.textContent = headline;
    this.#explanation.textContent = sentence;
  }

  #selectCrop(index) {
    this.#selectedCrop = index;
    this.#image.highlight(index);
    const crops = this.#prediction?.crops;
    const selected = crops?.length > 1 ? crops[index] : undefined;
    this.#bars.mark(selected ?? null);
    if (!crops) return;
    const others = selected ? "Marks: the selected crop." : "Thin lines: lowest to highest crop.";
    this.#legend.textContent = crops.length === 1 ? "Bars: the center crop." : `Bars: mean of ${crops.length} crops. ${others}`;
  }
}

function describeSecond(labels, probabilities) {
  const others = probabilities.slice();
  others[argmax(probabilities)] = -1;
  const second = argmax(others);
  if (others[second] < SMALLEST_SHOWN) return "Nothing else comes close.";
  return `Second: ${labels[second]} with ${formatProbability(others[second])}.`;
}
