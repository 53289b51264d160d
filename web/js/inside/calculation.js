/* Explains how a value of a layer was computed: {summary, elements}, a sentence for screen readers and what is shown. */

import { h } from "../shared/dom.js";
import { denseTerms, unflatten } from "./dense-math.js";
import { mapSums, sumProducts, windowCells, windowOf } from "./layer-math.js";
import { kindOf } from "./layer-titles.js";
import { cellTable, describePosition, formatExact, maxProduct, signClass, sumList, tableRow, termTable, windowPictures } from "./math-tables.js";

const MAX_CELLS = 49; // of a window whose values are listed
const MAX_TERMS = 6; // inputs of a dense layer that are listed, in favor and against

/** Formulas of elementwise layers. */
export const FORMULAS = {
  ReLU: (x) => `max(0, ${formatExact(x)})`,
  Sigmoid: (x) => `1 / (1 + e^(${formatExact(-x)}))`,
  Threshold: (x, { comparisonSign, threshold }) => `1 if ${formatExact(x)} ${comparisonSign} ${formatExact(threshold)}, otherwise 0`,
  Temperature: (x, { scale }) => `${formatExact(x)} / T, with T = ${formatExact(1 / scale)}`,
  Rescaling: (x, { scale, offset }) => `${formatExact(x)} × ${formatExact(scale)}${offset ? ` + ${formatExact(offset)}` : ""}`,
};

/** Explain the value at a position. from: the selected input map; onChooseMap(map): called to select another one.
    texts: captions of the layer's units. */
export function explainValue(layer, at, { from, onChooseMap, texts }) {
  const [source] = layer.from;
  if (!source) return sentence("The ink of this pixel: 0 is paper, 1 is full ink.");
  if (layer.kind === "Softmax") return explainProbability(layer, at[0], texts);
  if (layer.kernel) return layer.window ? explainConvolution(layer, at, from, onChooseMap) : explainDense(layer, at[0]);
  if (layer.kind === "Flatten") {
    const position = describePosition(source, unflatten(layer, at[0]));
    return sentence(`The value of ${source.name} at ${position}. Flatten only reorders the values.`);
  }
  if (layer.isElementwise) {
    const input = source.at(at);
    const sums = sumList([`${source.name} at this position`, input], [layer.name, layer.at(at), true]);
    return sentence(FORMULAS[kindOf(layer)](input, layer), sums);
  }
  if (layer.kind === "BoundingBoxPooling") {
    const found = layer.at(at) ? "There is ink in this cell" : "There is no ink in this cell";
    return sentence(`${found}, after the bounding box of the ink was scaled to ${100 * layer.fit} % of the ${layer.width}×${layer.height} cells.`);
  }
  if (windowOf(layer, at)) return explainPooling(layer, at);
  const names = layer.from.map(({ name }) => name).join(" and ");
  return sentence(`${layer.kind} of ${names}. This page can't explain this operation.`);
}

function sentence(summary, ...elements) {
  return { summary, elements: [h("p", { text: summary }), ...elements] };
}

function explainConvolution(layer, at, from, onChooseMap) {
  const sums = mapSums(layer, at);
  const map = from ?? sums[0].map;
  const cells = windowCells(layer, at, map);
  const [bias, total] = [layer.bias?.[at[0]] ?? 0, sums.reduce((sum, part) => sum + part.sum, 0)];
  const { name } = layer.from[0];
  const lines = ({ value, weight, product }) => [formatExact(value), formatExact(weight), formatExact(product)];
  const elements = [
    windowPictures(layer, at, map, cells),
    cellTable(cells, lines, ({ product }) => product, maxProduct(layer)),
    h("p", { class: "hint", text: "Each cell: input, weight, product." }),
  ];
  if (sums.length > 1) {
    elements.push(
      sumList([`sum on map ${map + 1} of ${name}`, sumProducts(cells.flat())]),
      h("p", { class: "hint", text: `Contribution of each map of ${name}, largest first. Select one to see its products.` }),
      h("div", { class: "map-sums", role: "group", "aria-label": "Sum on each map" }, ...mapButtons(layer, sums, map, onChooseMap)),
    );
  }
  const totalText = sums.length > 1 ? `all ${sums.length} maps` : "sum of the products";
  elements.push(sumList([totalText, total], ["bias", bias], [layer.name, total + bias, true]));
  const count = sums.length * cells.flat().length;
  return { summary: `The sum of ${count} products is ${formatExact(total)}, the bias ${formatExact(bias)}.`, elements };
}

function mapButtons(layer, sums, selected, onChooseMap) {
  return sums.map(({ map, sum }) => {
    const texts = [h("span", { text: `map ${map + 1}` }), h("span", { text: formatExact(sum) })];
    const attributes = { type: "button", class: signClass(sum), "aria-pressed": String(map === selected), "data-map": map };
    const button = h("button", { ...attributes, onclick: () => onChooseMap(map) }, ...texts);
    button.style.setProperty("--tint", Math.min(1, Math.abs(sum) / layer.colorScale.high));
    return button;
  });
}

function explainPooling(layer, at) {
  const cells = windowCells(layer, at, at[0]);
  const inside = cells.flat().filter((cell) => cell.isInside);
  const isMax = layer.kind.includes("Max");
  const maximum = isMax ? inside.reduce((best, cell) => (cell.value > best.value ? cell : best)) : null;
  const count = inside.length;
  const summary = `The ${isMax ? "maximum" : "mean"} of ${count} values.`;
  const elements = [windowPictures(layer, at, at[0], cells)];
  const lines = (cell) => [cell.isInside ? formatExact(cell.value) : "padding", ...(cell === maximum ? ["✓ max"] : [])];
  if (cells.flat().length <= MAX_CELLS) elements.push(cellTable(cells, lines, (cell) => Number(cell === maximum), 1));
  const sum = sumProducts(inside);
  if (!isMax) elements.push(sumList([`sum of ${count} values`, sum], [`divided by ${count}`, sum / count, true]));
  return sentence(summary, ...elements);
}

function explainDense(layer, unit) {
  const [source] = layer.from;
  const terms = denseTerms(layer, unit);
  const [bias, total] = [layer.bias?.[unit] ?? 0, sumProducts(terms)];
  const nameOf = (input) => {
    return source.kind === "Flatten" ? describePosition(source.from[0], unflatten(source, input)) : `unit ${input + 1}`;
  };
  const largest = (parts, text) => {
    const row = ({ input, value, weight, product }) => {
      return tableRow([nameOf(input), formatExact(value), `× ${formatExact(weight)}`, formatExact(product)]);
    };
    const caption = `${parts.length} ${parts.length === 1 ? "input" : "inputs"} ${text}: ${formatExact(sumProducts(parts))}`;
    return termTable(parts.slice(0, MAX_TERMS).map(row), { caption });
  };
  const inFavor = terms.filter(({ product }) => product > 0);
  const against = terms.filter(({ product }) => product < 0).reverse();
  const sums = [["in favor", sumProducts(inFavor)], ["against", sumProducts(against)], ["bias", bias], [layer.name, total + bias, true]];
  return {
    summary: `The sum of ${terms.length} products is ${formatExact(total)}, the bias ${formatExact(bias)}.`,
    elements: [largest(inFavor, "in favor"), largest(against, "against"), sumList(...sums)],
  };
}

/** Softmax: the exponential of each value divided by the sum of all. */
function explainProbability(layer, unit, texts) {
  const [source] = layer.from;
  const parts = Array.from(source.values, (value) => Math.exp(value - source.high));
  const sum = parts.reduce((all, part) => all + part, 0);
  const row = (value, i) => {
    const element = tableRow([texts?.[i] ?? i + 1, formatExact(value), formatExact(parts[i]), formatExact(parts[i] / sum)]);
    if (i === unit) element.setAttribute("aria-current", "true");
    return element;
  };
  const head = ["label", "logit", "e^(logit − max)", "probability"];
  const part = formatExact(parts[unit]);
  return {
    summary: `${part} / ${formatExact(sum)}.`,
    elements: [
      termTable(Array.from(source.values, row), { head }),
      sumList(["sum", sum], [`${part} / sum`, parts[unit] / sum, true]),
    ],
  };
}
