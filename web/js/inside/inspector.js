/* The inspector: one number of a layer, and all the arithmetic that made it. */

import { byId, h } from "../shared/elements.js";
import { paintMap } from "../shared/maps.js";
import { cellsOf, mapSums, terms, total, unflattened, windowOf } from "./sums.js";

const MOST_CELLS = 49; // of a window that is shown number by number
const STRONGEST = 6; // inputs of a dense layer that are named, for and against

/** What makes a number of the one before, in words. */
const RULES = {
  ReLU: (a) => `the larger of 0 and ${exact(a)}`,
  Sigmoid: (a) => `1 / (1 + e^(${exact(-a)}))`,
  Tanh: (a) => `tanh(${exact(a)})`,
  Threshold: (a, { sign, threshold }) => `is ${exact(a)} ${sign} ${exact(threshold)}? 1 if so, else 0`,
  Rescaling: (a, { scale, offset }, map) => `${exact(a)} × ${exact(scale[map] ?? scale)}${offset ? ` + ${exact(offset[map] ?? offset)}` : ""}`,
};
RULES.BatchNormalization = RULES.Rescaling;

export class Inspector {
  #voice;
  #sum = byId("sum");
  #choose;

  /** choose(map): another map before is to be looked at. let go: nothing more. */
  constructor({ choose, release, voice }) {
    this.#choose = choose;
    this.#voice = voice;
    byId("release").addEventListener("click", release);
  }

  /** Show how the number at a place of a layer is made. spoken: whether a screen reader is to hear it. */
  show({ network, layer, at, from, pinned, texts }, spoken) {
    byId("inspector").dataset.shown = "";
    byId("inspector-hint").hidden = true;
    byId("release").hidden = false;
    byId("release").textContent = pinned ? "Unpin" : "Close";
    const place = texts ? (texts[at[0]] === String(at[0] + 1) ? `number ${at[0] + 1}` : `label ${texts[at[0]]}`) : placeOf(layer, at);
    const title = `${layer.name}: ${place}`;
    if (!layer.values) {
      this.#sum.replaceChildren(h("p", { class: "place", text: title }), h("p", { class: "hint", text: "Draw, and its numbers appear." }));
      return;
    }
    const value = layer.at(at);
    const [words, ...parts] = this.#made(layer, at, from, texts);
    const next = network.after(layer);
    if (next) parts.push(ledger([[`then ${next.name} makes of it`, next.at(at)]]));
    const inList = document.activeElement?.closest?.(".map-sums") !== null && document.activeElement?.dataset?.map;
    const top = h("div", { class: "sum-top" }, h("p", { class: "place", text: title }), h("p", { class: "value", text: exact(value) }));
    this.#sum.replaceChildren(top, ...parts.filter(Boolean));
    if (inList) this.#sum.querySelector(`[data-map="${inList}"]`)?.focus();
    if (spoken) this.#voice.say(`${title}: ${exact(value)}. ${words}`);
  }

  clear() {
    delete byId("inspector").dataset.shown;
    byId("inspector-hint").hidden = false;
    byId("release").hidden = true;
    this.#sum.replaceChildren();
  }

  /** [what a screen reader says, …elements]. */
  #made(layer, at, from, texts) {
    const [source] = layer.from;
    if (layer.kind === "Softmax" || layer.kind === "Share") return shares(layer, at, texts);
    if (!source) return ["A pixel of the crop.", h("p", { class: "hint", text: "Ink of the image, from 0 for paper to 1 for full ink." })];
    if (layer.kernel) return layer.window ? this.#convolved(layer, at, from) : dense(layer, at);
    if (layer.kind === "Flatten") {
      const place = `${source.name}, ${placeOf(source, unflattened(layer, at[0]))}`;
      return [`The same number as ${place}.`, h("p", { text: `It is the number of ${place}, unchanged: flattening only puts all numbers in one row.` })];
    }
    if (layer.eachAlone) {
      const before = source.at(at);
      const rule = RULES[layer.kind]?.(before, layer, at[0]) ?? `${layer.kind} of ${exact(before)}`;
      return [rule, h("p", { text: rule }), ledger([[`${source.name} at this place`, before], [layer.name, layer.at(at), true]])];
    }
    if (windowOf(layer, at)) return pooled(layer, at);
    const words = `Made by ${layer.kind} from ${layer.from.map(({ name }) => name).join(" and ")}.`;
    return [words, h("p", { text: `${words} The numbers it made are shown; how it computes, this page does not know.` })];
  }

  #convolved(layer, at, from) {
    const sums = mapSums(layer, at);
    const map = from ?? sums[0].map;
    const cells = cellsOf(layer, at, map);
    const here = total(cells.flat());
    const [bias, all] = [layer.bias?.[at[0]] ?? 0, sums.reduce((sum, part) => sum + part.sum, 0)];
    const several = sums.length > 1;
    const rows = several ? [[`all ${sums.length} maps`, all]] : [["sum of the products", all]];
    rows.push(["bias", bias], [layer.name, all + bias, true]);
    const most = Math.abs(sums[0].sum) || 1;
    const button = ({ map: each, sum }) => {
      const element = h("button", { type: "button", "aria-pressed": String(each === map), "data-map": each, class: tone(sum), onclick: () => this.#choose(each) });
      element.style.setProperty("--tint", Math.abs(sum) / most);
      element.append(h("span", { text: `map ${each + 1}` }), h("span", { text: exact(sum) }));
      return element;
    };
    return [
      `${sums.length * cells.flat().length} products add up to ${exact(all)}, with the bias ${exact(bias)}.`,
      pictures(layer, at, map, cells),
      numbers(cells, ({ value, weight, product }) => [exact(value), exact(weight), h("b", { text: exact(product) })], ({ product }) => product),
      h("p", { class: "hint", text: "In each square: a number of the window, its weight, and their product." }),
      several ? ledger([[`sum on map ${map + 1} of ${layer.from[0].name}`, here]]) : null,
      several ? h("p", { class: "hint", text: `What each map of ${layer.from[0].name} adds, the largest first. Choose one to see its products.` }) : null,
      several ? h("div", { class: "map-sums", role: "group", "aria-label": "Sum on each map" }, ...sums.map(button)) : null,
      ledger(rows),
    ];
  }
}

function pooled(layer, at) {
  const cells = cellsOf(layer, at, at[0]);
  const all = cells.flat().filter(({ inside }) => inside);
  const values = all.map(({ value }) => value);
  const largest = layer.kind.includes("Max");
  const kept = largest && all.find(({ value }) => value === Math.max(...values));
  const number = layer.padding_counts ? cells.flat().length : all.length;
  const words = largest ? `The largest of ${all.length} numbers is kept.` : `The mean of ${number} numbers.`;
  const text = (cell) => [cell.inside ? exact(cell.value) : "outside", cell === kept ? h("b", { text: "✓ kept" }) : null];
  const few = cells.flat().length <= MOST_CELLS;
  const rows = largest ? [] : [[`sum of the ${number} numbers`, total(all)], [`divided by ${number}`, total(all) / number, true]];
  return [
    words,
    h("p", { text: words }),
    pictures(layer, at, at[0], cells),
    few ? numbers(cells, text, (cell) => (cell === kept ? cell.value || 1e-9 : 0)) : null,
    rows.length ? ledger(rows) : null,
  ];
}

function dense(layer, [unit]) {
  const [source] = layer.from;
  const all = terms(layer, unit);
  const name = (input) => (source.kind === "Flatten" ? placeOf(source.from[0], unflattened(source, input)) : `number ${input + 1}`);
  const [bias, sum] = [layer.bias?.[unit] ?? 0, total(all)];
  const [plus, minus] = [all.filter(({ product }) => product > 0), all.filter(({ product }) => product < 0).reverse()];
  const strongest = (parts, title) =>
    h(
      "table",
      { class: "figures terms" },
      h("caption", { text: `${title}, ${parts.length} in all: ${exact(total(parts))}` }),
      h("tbody", {}, ...parts.slice(0, STRONGEST).map(({ input, value, weight, product }) => row([name(input), exact(value), `× ${exact(weight)}`, exact(product)], tone(product)))),
    );
  const rows = [["for it", total(plus)], ["against it", total(minus)], ["bias", bias], [layer.name, sum + bias, true]];
  return [`${all.length} products add up to ${exact(sum)}, with the bias ${exact(bias)}.`, strongest(plus, "For it"), strongest(minus, "Against it"), ledger(rows)];
}

/** Softmax, and the shares of a perceptron: each number over the sum of all. */
function shares(layer, [unit], texts) {
  const [source] = layer.from;
  const soft = layer.kind === "Softmax";
  const power = (value) => (soft ? Math.exp(value - source.high) : value); // less the largest, so that no power is too large
  const powers = Array.from(source.values, power);
  const sum = powers.reduce((a, b) => a + b, 0);
  const head = ["label", source.name, ...(soft ? ["e^(it − largest)"] : []), "share"];
  const line = (value, i) => {
    const made = row([texts?.[i] ?? i + 1, exact(value), ...(soft ? [exact(powers[i])] : []), exact(powers[i] / sum)]);
    if (i === unit) made.setAttribute("aria-current", "true");
    return made;
  };
  return [
    `${exact(powers[unit])} of ${exact(sum)}.`,
    h("table", { class: "figures terms" }, h("thead", {}, row(head, "", "th")), h("tbody", {}, ...Array.from(source.values, line))),
    ledger([["sum of all", sum], [`${exact(powers[unit])} divided by it`, powers[unit] / sum, true]]),
  ];
}

/** The whole map, the window in it, and what is done with it, as pictures. */
function pictures(layer, at, map, cells) {
  const [source] = layer.from;
  const { top, left, rows, columns, step } = windowOf(layer, at);
  const whole = Array.from({ length: source.height }, (_, y) => Array.from({ length: source.width }, (_, x) => source.at([map, y, x])));
  const frame = h("i", { class: "mark" });
  const share = { top: top / source.height, left: left / source.width, height: ((rows - 1) * step[0] + 1) / source.height, width: ((columns - 1) * step[1] + 1) / source.width };
  for (const [side, part] of Object.entries(share)) frame.style.setProperty(side, `${100 * part}%`);
  const painted = (values, options) => {
    const canvas = h("canvas", { class: "pixels" });
    paintMap(canvas, values, options);
    return canvas;
  };
  const figure = (text, ...parts) => h("figure", {}, h("div", {}, ...parts), h("figcaption", { text }));
  const scale = { signed: source.low < 0, low: 0, high: Math.max(source.high, -source.low) || 1 };
  const of = (key, options) => painted(cells.map((line) => line.map((cell) => cell[key])), options);
  const shown = [figure(source.maps > 1 ? `map ${map + 1}` : source.name, painted(whole, scale), frame), figure("window", of("value", scale))];
  if (layer.kernel) shown.push(figure("× kernel", of("weight", { signed: true })), figure("= products", of("product", { signed: true })));
  return h("div", { class: "pictures", "aria-hidden": "true" }, ...shown);
}

function numbers(cells, text, strength) {
  const most = Math.max(...cells.flat().map((cell) => Math.abs(strength(cell)))) || 1;
  const item = (cell) => {
    const made = h("td", { class: `${tone(strength(cell))}${cell.inside ? "" : " outside"}` });
    made.append(...text(cell).filter(Boolean).map((part) => (typeof part === "string" ? h("span", { text: part }) : part)));
    made.style.setProperty("--tint", Math.abs(strength(cell)) / most);
    return made;
  };
  return h("table", { class: "cells" }, h("tbody", {}, ...cells.map((line) => h("tr", {}, ...line.map(item)))));
}

function ledger(rows) {
  const line = ([text, value, last]) => h("div", { class: last ? "last" : "" }, h("dt", { text }), h("dd", { text: (last ? "= " : "") + exact(value) }));
  return h("dl", { class: "ledger" }, ...rows.map(line));
}

function row(texts, name = "", tag = "td") {
  return h("tr", { class: name }, ...texts.map((text, i) => h(tag, { text: String(text), class: i ? "number" : "" })));
}

function tone(value) {
  return value < 0 ? "minus" : "plus";
}

function placeOf({ flat, maps }, [map, y, x]) {
  return flat ? `number ${map + 1}` : `${maps > 1 ? `map ${map + 1}, ` : ""}row ${y + 1}, column ${x + 1}`;
}

/** A number with as many places as sums can be checked with. */
export function exact(value) {
  return value.toFixed(4).replace("-", "−");
}
