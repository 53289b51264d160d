/* The state of a lesson's network: its prediction, its input, and its weights. */

import { byId, h } from "../shared/dom.js";
import { formatProbability } from "../shared/format.js";
import { paintHeatmap } from "../shared/heatmap.js";
import { paintImage } from "../shared/image-canvas.js";
import { NetworkDiagram } from "../shared/network-diagram.js";
import { ProbabilityBars } from "../shared/probability-bars.js";
import { onThemeChange } from "../shared/theme.js";

const bars = new ProbabilityBars(byId("probabilities"));
let diagram = null;
let response = null; // the last one of the trainer

onThemeChange(() => response && paint());

/** Prepare for a lesson's network. */
export function setNetwork({ network, labels, weights }) {
  const hasKernels = network === "cnn";
  bars.setLabels(labels);
  for (const id of ["diagram", "diagram-hint"]) byId(id).hidden = hasKernels;
  for (const id of ["kernels", "kernels-hint"]) byId(id).hidden = !hasKernels;
  byId("bits-figure").hidden = hasKernels;
  const { hidden } = weights;
  const shape = hidden && { sizes: [hidden.kernel.length, hidden.bias.length, labels.length], labels };
  if (diagram && shape) diagram.setNetwork(shape);
  else if (shape) diagram = new NetworkDiagram(byId("diagram"), shape);
  byId("kernels").replaceChildren(...(weights.conv1?.bias ?? []).map(() => h("canvas", { class: "pixels", role: "img" })));
}

/** Show a response to /predict or /train, and a sentence about it. After training, the bars also show the probabilities before. */
export function showResponse(newResponse, sentence) {
  response = newResponse;
  const { label, confidence, probabilities, probabilities_before: before, bits } = response;
  setHeader("confident", label, formatProbability(confidence), sentence);
  bars.show(probabilities, [probabilities]);
  bars.mark(before ?? null);
  if (before) {
    const values = byId("probabilities").querySelectorAll(".value");
    before.forEach((p, i) => (values[i].textContent = `${formatProbability(p)} → ${formatProbability(probabilities[i])}`));
  }
  const side = Math.sqrt(bits.length);
  byId("bits").textContent = bits.match(new RegExp(`.{${side}}`, "g")).join("\n");
  byId("bits").style.setProperty("--side", side);
  byId("bits").ariaLabel = bits;
  paint();
}

/** The effect of a training in a sentence. */
export function describeTraining(response, { labels }, label, repeats) {
  const index = labels.indexOf(label);
  const probability = [response.probabilities_before, response.probabilities].map((each) => formatProbability(each[index])).join(" → ");
  const loss = [response.loss_before, response.loss].map((value) => value.toFixed(3)).join(" → ");
  return `${repeats} step${repeats > 1 ? "s" : ""} on ${label}: probability ${probability}, loss ${loss}.`;
}

/** Show the weights alone: nothing is drawn. */
export function clear({ weights, size }) {
  response = { weights };
  setHeader("idle", "", "Ready", "Draw to see the prediction.");
  bars.clear();
  byId("bits").textContent = "";
  const content = weights.hidden ? "bitmap: 1 where there is ink" : "image, from 0 (paper) to 255 (ink)";
  byId("input-caption").textContent = `${size}×${size} ${content}`;
  for (const canvas of [byId("image"), byId("network-input")]) canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
  paint();
}

/** Keep the last prediction, which may be outdated, and show why. */
export function markStale(sentence) {
  setHeader("stale", byId("label").textContent, "Waiting…", sentence);
}

function setHeader(state, label, headline, sentence) {
  byId("prediction").dataset.state = state;
  byId("label").textContent = label;
  byId("label").classList.toggle("long", label.length > 2);
  byId("confidence").textContent = headline;
  byId("explanation").textContent = sentence;
}

function paint() {
  const { image, weights, activations, probabilities } = response;
  if (image) {
    paintImage(byId("image"), image);
    const bits = () => byId("bits").textContent.split("\n").map((row) => [...row].map(Number));
    if (weights.hidden) paintHeatmap(byId("network-input"), bits(), { low: 0, high: 1 });
    else paintImage(byId("network-input"), image);
  }
  if (weights.hidden) {
    const layers = activations && [activations.bits, activations.hidden, activations.outputs];
    diagram.show({ weights: [weights.hidden.kernel, weights.outputs.kernel], activations: layers, probabilities });
  }
  [...byId("kernels").children].forEach((canvas, filter) => {
    const rows = weights.conv1.kernel.map((row) => row.map(([inputChannel]) => inputChannel[filter]));
    paintHeatmap(canvas, rows, { signed: true });
    canvas.ariaLabel = `Kernel ${filter + 1}: ${rows.flat().map((weight) => weight.toFixed(2)).join(" ")}`;
  });
}
