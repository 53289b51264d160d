/* What a lesson's network says of a drawing, what it sees of it, and what it is: its weights. */

import { byId, h } from "../shared/dom.js";
import { formatProbability } from "../shared/format.js";
import { paintHeatmap } from "../shared/heatmap.js";
import { paintImage } from "../shared/image-canvas.js";
import { NetworkDiagram } from "../shared/network-diagram.js";
import { ProbabilityBars } from "../shared/probability-bars.js";
import { onThemeChange } from "../shared/theme.js";

const bars = new ProbabilityBars(byId("bars"));
let net = null;
let told = null; // what the trainer told last

onThemeChange(() => told && paintAll());

/** Make ready for a lesson's network. */
export function prepare({ network, labels, weights }) {
  const kernels = network === "cnn";
  bars.setLabels(labels);
  for (const part of ["nodes", "about-nodes"]) byId(part).hidden = kernels;
  for (const part of ["kernels", "about-kernels"]) byId(part).hidden = !kernels;
  const { hidden } = weights;
  const shape = hidden && { sizes: [hidden.kernel.length, hidden.bias.length, labels.length], labels };
  if (net && shape) net.setNetwork(shape);
  else if (shape) net = new NetworkDiagram(byId("nodes"), shape);
  byId("kernels").replaceChildren(...(weights.conv1?.bias ?? []).map(() => h("canvas", { class: "pixels", role: "img" })));
}

/** Show what the trainer told of a drawing: {label, confidence, sentence} in words, and after a training, how it came about. */
export function show(answer, sentence) {
  told = answer;
  const { label, confidence, probabilities, probabilities_before: before, bits } = told;
  say("confident", label, formatProbability(confidence), sentence);
  bars.show(probabilities, [probabilities]);
  bars.mark(before ?? null);
  if (before) {
    const values = byId("bars").querySelectorAll(".value");
    before.forEach((was, i) => (values[i].textContent = `${formatProbability(was)} → ${formatProbability(probabilities[i])}`));
  }
  const side = Math.sqrt(bits.length);
  byId("bits").textContent = bits.match(new RegExp(`.{${side}}`, "g")).join("\n");
  byId("bits").style.setProperty("--side", side);
  byId("bits").ariaLabel = bits;
  paintAll();
}

/** What a training did to the answer, in a sentence. */
export function progress(told, { labels }, label, repeats) {
  const at = labels.indexOf(label);
  const sure = [told.probabilities_before, told.probabilities].map((shares) => formatProbability(shares[at])).join(" → ");
  const loss = [told.loss_before, told.loss].map((value) => value.toFixed(3)).join(" → ");
  return `${repeats} step${repeats > 1 ? "s" : ""} as ${label}: ${sure}, loss ${loss}.`;
}

/** Nothing is drawn: show the weights alone. */
export function clear({ weights, size }) {
  told = { weights };
  say("idle", "", "Ready", "Draw, and its answer appears here.");
  bars.clear();
  byId("bits").textContent = "";
  document.querySelector(".side").textContent = `${size}×${size}`;
  for (const canvas of [byId("image"), byId("bitmap")]) canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
  paintAll();
}

/** What is shown may be old: say why. */
export function suspend(sentence) {
  say("stale", byId("label").textContent, "Waiting", sentence);
}

function say(state, label, headline, sentence) {
  byId("answer").dataset.state = state;
  byId("label").textContent = label;
  byId("label").classList.toggle("long", label.length > 2);
  byId("confidence").textContent = headline;
  byId("sentence").textContent = sentence;
}

function paintAll() {
  const { image, bits, weights, activations: a, probabilities } = told;
  if (image) {
    paintImage(byId("image"), image);
    const rows = byId("bits").textContent.split("\n").map((row) => [...row].map(Number));
    paintHeatmap(byId("bitmap"), rows, { low: 0, high: 1 });
  }
  if (weights.hidden) {
    const activations = a && [a.bits, a.hidden, a.outputs];
    net.show({ weights: [weights.hidden.kernel, weights.outputs.kernel], activations, probabilities });
  }
  [...byId("kernels").children].forEach((canvas, filter) => {
    const rows = weights.conv1.kernel.map((row) => row.map(([to]) => to[filter]));
    paintHeatmap(canvas, rows, { signed: true });
    canvas.ariaLabel = `Kernel ${filter + 1}: ${rows.flat().map((weight) => weight.toFixed(2)).join(" ")}`;
  });
}
