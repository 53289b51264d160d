/* The arithmetic of each kind of layer, told: {words, parts}, what a screen reader says and what is shown. */

import { h } from "../shared/dom.js";
import { cellsOf, mapSums, terms, total, unflattened, windowOf } from "./layer-math.js";
import { exact, ledger, pictures, placeOf, row, squares, table, tone } from "./math-tables.js";

const MOST = 49; // squares of a window that is shown number by number
const STRONGEST = 6; // inputs of a dense layer that are named, for and against

/** What makes a number of the one before, in words. */
const RULES = {
  ReLU: (a) => `the larger of 0 and ${exact(a)}`,
  Sigmoid: (a) => `1 / (1 + e^(${exact(-a)}))`,
  Tanh: (a) => `tanh(${exact(a)})`,
  Threshold: (a, { sign, threshold }) => `is ${exact(a)} ${sign} ${exact(threshold)}? 1 if so, else 0`,
  Rescaling: (a, { scale, offset }, map) => {
    const moved = offset ? ` + ${exact(offset[map] ?? offset)}` : "";
    return `${exact(a)} × ${exact(scale[map] ?? scale)}${moved}`;
  },
};
RULES.BatchNormalization = RULES.Rescaling;

/** How the number at a place of a layer is made. from: the map before that is looked at; choose(map) hears of another one.
    texts: what the numbers of the layer are called. */
export function arithmetic(layer, at, { from, choose, texts }) {
  const [source] = layer.from;
  if (!source) return said("Ink of the image, from 0 for paper to 1 for full ink.");
  if (layer.kind === "Softmax" || layer.kind === "Share") return shares(layer, at[0], texts);
  if (layer.kernel) return layer.window ? convolved(layer, at, from, choose) : dense(layer, at[0]);
  if (layer.kind === "Flatten") {
    const place = placeOf(source, unflattened(layer, at[0]));
    return said(`It is the number of ${source.name}, ${place}, unchanged: flattening only puts all numbers in one row.`);
  }
  if (layer.eachAlone) {
    const before = source.at(at);
    const sums = ledger([`${source.name} at this place`, before], [layer.name, layer.at(at), true]);
    return said(RULES[layer.kind]?.(before, layer, at[0]) ?? `${layer.kind} of ${exact(before)}`, sums);
  }
  if (windowOf(layer, at)) return pooled(layer, at);
  const names = layer.from.map(({ name }) => name).join(" and ");
  return said(`Made by ${layer.kind} from ${names}. What it made is shown; how, this page has no words for.`);
}

function said(words, ...parts) {
  return { words, parts: [h("p", { text: words }), ...parts] };
}

function convolved(layer, at, from, choose) {
  const sums = mapSums(layer, at);
  const map = from ?? sums[0].map;
  const cells = cellsOf(layer, at, map);
  const [bias, all] = [layer.bias?.[at[0]] ?? 0, sums.reduce((sum, part) => sum + part.sum, 0)];
  const { name } = layer.from[0];
  const lines = ({ value, weight, product }) => [exact(value), exact(weight), exact(product)];
  const parts = [
    pictures(layer, at, map, cells),
    squares(cells, lines, ({ product }) => product),
    h("p", { class: "hint", text: "In each square: a number of the window, its weight, and their product." }),
  ];
  if (sums.length > 1) {
    parts.push(
      ledger([`sum on map ${map + 1} of ${name}`, total(cells.flat())]),
      h("p", { class: "hint", text: `What each map of ${name} adds, the largest first. Choose one to see its products.` }),
      h("div", { class: "map-sums", role: "group", "aria-label": "Sum on each map" }, ...choices(sums, map, choose)),
    );
  }
  const whole = sums.length > 1 ? `all ${sums.length} maps` : "sum of the products";
  parts.push(ledger([whole, all], ["bias", bias], [layer.name, all + bias, true]));
  const number = sums.length * cells.flat().length;
  return { words: `${number} products add up to ${exact(all)}, with the bias ${exact(bias)}.`, parts };
}

function choices(sums, chosen, choose) {
  const most = Math.abs(sums[0].sum) || 1;
  return sums.map(({ map, sum }) => {
    const texts = [h("span", { text: `map ${map + 1}` }), h("span", { text: exact(sum) })];
    const attributes = { type: "button", class: tone(sum), "aria-pressed": String(map === chosen), "data-map": map };
    const button = h("button", { ...attributes, onclick: () => choose(map) }, ...texts);
    button.style.setProperty("--tint", Math.abs(sum) / most);
    return button;
  });
}

function pooled(layer, at) {
  const cells = cellsOf(layer, at, at[0]);
  const inside = cells.flat().filter((cell) => cell.inside);
  const largest = layer.kind.includes("Max");
  const kept = largest ? inside.reduce((best, cell) => (cell.value > best.value ? cell : best)) : null;
  const number = layer.padding_counts ? cells.flat().length : inside.length;
  const words = largest ? `The largest of ${number} numbers is kept.` : `The mean of ${number} numbers.`;
  const parts = [pictures(layer, at, at[0], cells)];
  const lines = (cell) => [cell.inside ? exact(cell.value) : "outside", ...(cell === kept ? ["✓ kept"] : [])];
  if (cells.flat().length <= MOST) parts.push(squares(cells, lines, (cell) => Number(cell === kept)));
  const sum = total(inside);
  if (!largest) parts.push(ledger([`sum of the ${number} numbers`, sum], [`divided by ${number}`, sum / number, true]));
  return said(words, ...parts);
}

function dense(layer, unit) {
  const [source] = layer.from;
  const all = terms(layer, unit);
  const [bias, sum] = [layer.bias?.[unit] ?? 0, total(all)];
  const name = (input) => {
    return source.kind === "Flatten" ? placeOf(source.from[0], unflattened(source, input)) : `number ${input + 1}`;
  };
  const strongest = (parts, title) => {
    const line = ({ input, value, weight, product }) => row([name(input), exact(value), `× ${exact(weight)}`, exact(product)]);
    const caption = `${title}, ${parts.length} in all: ${exact(total(parts))}`;
    return table(parts.slice(0, STRONGEST).map(line), { caption });
  };
  const [plus, minus] = [all.filter(({ product }) => product > 0), all.filter(({ product }) => product < 0).reverse()];
  const sums = [["for it", total(plus)], ["against it", total(minus)], ["bias", bias], [layer.name, sum + bias, true]];
  return {
    words: `${all.length} products add up to ${exact(sum)}, with the bias ${exact(bias)}.`,
    parts: [strongest(plus, "For it"), strongest(minus, "Against it"), ledger(...sums)],
  };
}

/** Softmax, and the shares of a perceptron: each number over the sum of all. */
function shares(layer, unit, texts) {
  const [source] = layer.from;
  const soft = layer.kind === "Softmax";
  const parts = Array.from(source.values, (value) => (soft ? Math.exp(value - source.high) : value));
  const sum = Math.max(total(parts.map((product) => ({ product }))), layer.least ?? 0);
  const line = (value, i) => {
    const made = row([texts?.[i] ?? i + 1, exact(value), ...(soft ? [exact(parts[i])] : []), exact(parts[i] / sum)]);
    if (i === unit) made.setAttribute("aria-current", "true");
    return made;
  };
  const head = ["label", source.name, ...(soft ? ["e^(it − largest)"] : []), "share"];
  const one = exact(parts[unit]);
  return {
    words: `${one} of ${exact(sum)}.`,
    parts: [
      table(Array.from(source.values, line), { head }),
      ledger(["sum of all", sum], [`${one} divided by it`, parts[unit] / sum, true]),
    ],
  };
}
