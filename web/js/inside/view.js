/* The view Inside: the drawing, the questions to /explain, and all that shows what the layers make of it. */

import { Asker } from "../shared/asker.js";
import { Connection } from "../shared/connection.js";
import { byId, h, problem } from "../shared/elements.js";
import { Models } from "../shared/models.js";
import { NodeLink } from "../shared/nodelink.js";
import { argmax, percent } from "../shared/numbers.js";
import { Gone } from "../shared/request.js";
import { notice, Sheet } from "../shared/sheet.js";
import { openShell } from "../shared/shell.js";
import { keepState, readState } from "../shared/state.js";
import { Evidence } from "./evidence.js";
import { explain } from "./explain.js";
import { Inspector } from "./inspector.js";
import { figures, LayerView } from "./layers.js";
import { Network } from "./network.js";
import { OwnKernel } from "./own.js";
import { mapSums, windowOf } from "./sums.js";

const REST = 350; // ms without a change after which the evidence is asked for
const PROBE = { strokes: [[[500, 300], [500, 700]]] }; // kernels do not depend on a drawing, but a question needs one
const EMPTY = "Draw, and every layer shows what it makes of it.";
const one = { default: null };
const DECLARED = { model: one, crop: one, layer: one, at: one, label: one, kernel: one, relu: { default: "on", choices: ["on", "off"] } };

const voice = openShell();
const read = readState(DECLARED);
let { state } = read;
let model = null; // {name, card}
let network = null;
let links = null; // the node-link picture, of a perceptron
let seen = null; // what is looked at: {network, layer, at, from, pinned}
let views = new Map(); // layer -> LayerView
let last = null; // the last answer
let timer = 0;
let queued = false;
const asker = new Asker(explain, answered, failed);
const evidenceAsker = new Asker(explain, (answer) => evidence.show(answer), failed);
const connection = new Connection(load, { up, down });
const models = new Models((name) => choose({ model: name, layer: null, at: null }));
const inspector = new Inspector({ choose: (from) => look(seen.layer, seen.at, { ...seen, from }), release, voice });
const evidence = new Evidence((label) => keep({ label }));
const own = new OwnKernel(state.kernel, state.relu === "on", showOwn);
const sheet = new Sheet({ changed, voice });

for (const button of document.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => views.get(seen.layer).atlas.step(button.dataset.step));
}
byId("crop").addEventListener("change", ({ target }) => choose({ crop: target.value || null }));
addEventListener("keydown", (event) => event.key === "Escape" && seen && event.target.closest?.("#inspector") && (event.preventDefault(), release()), true);
showOwn(null, own.network);
changed("replaced");
connection.open();
if (read.unknown) notice(read.unknown);

function keep(part) {
  state = { ...state, ...part };
  keepState(DECLARED, state);
}

function choose(part) {
  keep(part);
  asker.forget();
  evidenceAsker.forget();
  connection.open();
}

async function load() {
  model = await models.load(state.model);
  const { name, card } = model;
  if (state.model && state.model !== name) notice(`No model is called ${state.model}. Here ${name} answers.`);
  const { layers, version, crop: centre } = await explain({ model: name, show: "kernels", ...PROBE });
  if (network?.version !== version) open(new Network(layers, version), card);
  const option = ([top, left], value) => new Option(`${top}, ${left}${value ? "" : ": centre"}`, value);
  byId("crop").replaceChildren(option(centre, ""), ...card.crop.offsets.map((corner) => option(corner, String(corner))));
  byId("crop").value = state.crop ?? "";
}

/** Make the places for all that a network shows. */
function open(next, { labels }) {
  const first = !network;
  drop();
  for (const layer of network?.layers ?? []) views.delete(layer);
  network = next;
  network.take(null);
  byId("layers").replaceChildren(...show(network, labels));
  const sum = (name) => network.layers.reduce((all, layer) => all + layer[name], 0);
  const whole = { parameters: sum("parameters"), multiply_adds: sum("multiply_adds") };
  byId("layers").append(h("div", { class: "panel layer layer-top" }, h("h3", { text: "All layers" }), figures(whole)));
  byId("contents").replaceChildren(...network.layers.map(({ name }) => h("a", { href: `#layer-${name}`, text: name })));
  const dense = network.perceptron;
  byId("links").hidden = !dense;
  if (dense) links = new NodeLink(byId("links-figure"), { sizes: [dense[0].inputs, ...dense.map(({ maps }) => maps)], labels });
  evidence.show(null);
  evidence.setLabels(labels, state.label);
  restore(first);
}

function show(net, labels) {
  const told = new Set();
  return net.layers.map((layer) => {
    const view = new LayerView(layer, {
      labels,
      told,
      look: (at) => seen?.pinned || look(layer, at, { network: net }, true),
      walk: (at, from) => (seen?.pinned ? pin(layer, at, net, from) : look(layer, at, { network: net, from }, true)),
      pin: (at) => (at === null ? release() : pin(layer, at, net)),
    });
    views.set(layer, view);
    return view.element;
  });
}

function showOwn(part, net) {
  for (const layer of views.keys()) if (!network?.layers.includes(layer)) views.delete(layer);
  byId("own-layers").replaceChildren(...show(net, []));
  for (const layer of net.layers) views.get(layer).show();
  if (seen && !views.has(seen.layer)) {
    const layer = net.find(seen.layer.name);
    if (layer?.has(seen.at)) look(layer, seen.at, { ...seen, network: net });
    else release();
  }
  if (part) keep(part);
}

/** Look at what the link names, and at first go there. */
function restore(first) {
  if (!state.layer) return;
  const net = network.find(state.layer) ? network : own.network;
  const layer = net.find(state.layer);
  const at = state.at?.split(",").map((place) => place - 1) ?? [0, 0, 0];
  if (at.length !== 3 || !layer?.has(at)) return notice(`The model ${model.name} has no layer ${state.layer} with a number ${state.at}.`);
  pin(layer, at, net);
  if (first) views.get(layer).element.scrollIntoView({ block: "center" });
}

/** Look at a place of a layer: outline it, what made it, and show the sum. */
function look(layer, at, { network: net, from, pinned = false }, spoken = false) {
  unmark();
  const [source] = layer.from;
  const box = source && windowOf(layer, at);
  const map = layer.kernel && layer.values && box ? (from ?? mapSums(layer, at)[0].map) : at[0];
  seen = { network: net, layer, at, from, pinned };
  views.get(layer).mark(at, undefined, layer.kernel && box ? map : undefined);
  if (box) {
    const size = { height: (box.rows - 1) * box.step[0] + 1, width: (box.columns - 1) * box.step[1] + 1 };
    views.get(source).mark([map, box.top, box.left], { ...box, ...size });
  }
  inspector.show({ ...seen, texts: views.get(layer).texts }, spoken);
}

function pin(layer, at, net, from = seen?.layer === layer ? seen.from : undefined) {
  const again = seen?.pinned && seen.layer === layer && String(seen.at) === String(at) && seen.from === from;
  if (again) return release();
  look(layer, at, { network: net, from, pinned: true }, true);
  keep({ layer: layer.name, at: at.map((place) => place + 1).join(",") });
}

function release() {
  if (seen?.pinned) keep({ layer: null, at: null });
  drop();
}

function drop() {
  unmark();
  seen = null;
  inspector.clear();
}

function unmark() {
  for (const view of views.values()) view.mark(null);
}

function changed(how) {
  if (how === "replaced") asker.forget();
  ask();
}

function ask() {
  clearTimeout(timer);
  if (sheet.drawing.isEmpty) {
    asker.forget();
    evidenceAsker.forget();
    evidence.show(null);
    take(null);
  } else if (connection.up) {
    const question = (shown) => () => ({ ...sheet.question, model: model.name, crop: state.crop, show: shown });
    asker.ask(question("activations"));
    timer = setTimeout(() => evidenceAsker.ask(question("evidence")), REST);
  }
}

function answered(answer) {
  if (answer.version === network.version) return take(answer);
  asker.forget(); // the model has changed: its kernels, too
  connection.open();
}

/** Show an answer, or none. */
function take(answer) {
  last = answer;
  network?.take(answer?.layers);
  own.take(answer?.image ?? null);
  problem(byId("trouble"), null);
  const best = answer && argmax(answer.probabilities);
  byId("answer-label").textContent = answer ? answer.labels[best] : "";
  byId("answer-words").textContent = answer ? `${percent(answer.probabilities[best])}${answer.known ? "" : ", not sure"}` : EMPTY;
  if (answer) voice.say(`${answer.labels[best]}, ${percent(answer.probabilities[best])}`);
  if (!queued) requestAnimationFrame(paint);
  queued = true;
}

function paint() {
  queued = false;
  for (const view of views.values()) view.show();
  if (seen) look(seen.layer, seen.at, seen);
  if (links && network.perceptron) {
    const dense = network.perceptron;
    const after = (layer) => (network.after(layer) ?? layer).values;
    const weights = dense.map(({ inputs, maps, kernel }) => Array.from({ length: inputs }, (_, i) => [...kernel.slice(i * maps, (i + 1) * maps)]));
    const activations = last ? [dense[0].from[0].values, ...dense.map(after)].map((values) => [...values]) : [];
    links.show({ weights, activations, probabilities: last?.probabilities ?? null });
  }
  clearTimeout(paint.timer);
  paint.timer = setTimeout(() => views.forEach((view) => view.tell()), REST);
}

function failed(error) {
  if (error instanceof Gone) return connection.lose(error);
  if (error.code === "unknown_model") return connection.open();
  problem(byId("trouble"), error.code === "empty_picture" ? "This picture is blank: there is no ink to look at." : error);
}

function up() {
  problem(byId("trouble"), null);
  ask();
}

function down(error) {
  problem(byId("trouble"), `${error.message} What you see is kept; this page tries again by itself.`);
}
