/* The steps in which a layer is computed: one pixel of a map after the other, or one input of a unit. */

import { FORMULAS } from "./calculation.js";
import { mapSums, sumProducts, windowCells, windowOf } from "./layer-math.js";
import { kindOf } from "./layer-titles.js";
import { formatExact, maxProduct } from "./math-tables.js";

const SHARES = {
  Softmax: (x, { from: [source] }) => `e^(${formatExact(x)} − ${formatExact(source.high)}) / sum of all`,
};

const MAX_ROW = 40; // units up to this number are shown in one row

/** How a layer is computed: "window", "elements", "units" or "dense"; null if it can't be shown. */
export function methodOf(layer) {
  if (!layer.from.length) return null;
  if (layer.kernel && !layer.window) return "dense";
  if (layer.window && (layer.kernel || layer.kind.includes("Pooling"))) return "window";
  if (layer.kind === "Softmax") return "units";
  return layer.isElementwise ? (layer.isFlat ? "units" : "elements") : null;
}

/** The number of steps. */
export function countSteps(layer) {
  const method = methodOf(layer);
  if (method === "dense") return layer.inputs;
  return method === "units" ? layer.maps : layer.height * layer.width;
}

/** The position [map, y, x] that a step computes. */
function positionOf(layer, map, step) {
  return methodOf(layer) === "units" ? [step, 0, 0] : [map, Math.floor(step / layer.width), step % layer.width];
}

/** What a step shows: {position, figures: [{caption, rows, scale: {high, signed}, box}], text}. Values that aren't computed yet
    are NaN. from: the input map of a convolution; names: {input, output(map)} in words. */
export function describeStep(layer, { map, from, step, names }) {
  const at = positionOf(layer, map, step);
  const [source] = layer.from;
  const isFlat = layer.isFlat;
  const position = isFlat ? names.output(at[0]) : `Row ${at[1] + 1}, column ${at[2] + 1}`;
  const parts = { position, result: formatExact(layer.at(isFlat ? [at[0], 0, 0] : at)) };
  if (methodOf(layer) === "dense") return describeDense(layer, map, step, names);
  if (methodOf(layer) === "window") return describeWindow(layer, at, step, { from, names, ...parts });
  const whole = () => mapFigure(names.input, source, map, windowOf(layer, at));
  const input = isFlat ? unitFigure(names.input, source, source.maps, at[0]) : whole();
  const output = isFlat ? unitFigure(names.layer, layer, step + 1, at[0]) : resultFigure(layer, at, step, names);
  const formula = (FORMULAS[kindOf(layer)] ?? SHARES[layer.kind])(source.at(at), layer);
  return { position, figures: [input, output], text: `${position}: ${formula} = ${parts.result}.` };
}

function describeWindow(layer, at, step, { from, names, position, result }) {
  const [source] = layer.from;
  const map = layer.kernel ? from : at[0];
  const cells = windowCells(layer, at, map);
  const pick = (key) => cells.map((row) => row.map((cell) => (cell.isInside || key === "weight" ? cell[key] : NaN)));
  const figures = [mapFigure(names.input, source, map, windowOf(layer, at), layer.padding)];
  if (!layer.kernel) {
    const verb = layer.kind.includes("Max") ? "largest" : "mean";
    figures.push({ caption: "window", rows: pick("value"), scale: source.colorScale }, resultFigure(layer, at, step, names));
    return { position, figures, text: `${position}: the ${verb} of ${cells.flat().length} values is ${result}.` };
  }
  const weights = { high: layer.maxWeight, signed: true };
  figures.push({ caption: "× kernel", rows: pick("weight"), scale: weights });
  figures.push({ caption: "= products", rows: pick("product"), scale: { high: maxProduct(layer), signed: true } });
  figures.push(resultFigure(layer, at, step, names));
  const all = layer.inputs > 1 ? `, on all ${layer.inputs} maps to ${formatExact(sumProducts(sumsOf(layer, at)))}` : "";
  const sum = `${cells.flat().length} products add up to ${formatExact(sumProducts(cells.flat()))}${all}`;
  return { position, figures, text: `${position}: ${sum}. Plus the bias ${formatExact(layer.bias?.[at[0]] ?? 0)}: ${result}.` };
}

function sumsOf(layer, at) {
  return mapSums(layer, at).map(({ sum }) => ({ product: sum }));
}

function describeDense(layer, unit, step, names) {
  const [source] = layer.from;
  const weight = (input) => layer.weight(0, 0, input, unit);
  const product = (input) => source.values[input] * weight(input);
  let sum = layer.bias?.[unit] ?? 0;
  for (let input = 0; input <= step; input++) sum += product(input);
  const values = (valueOf, count = layer.inputs) => {
    return Array.from({ length: layer.inputs }, (_, i) => (i < count ? valueOf(i) : NaN));
  };
  const products = { high: maxProduct(layer), signed: true };
  const results = Array.from(layer.values, (value, i) => (i < unit ? value : i === unit ? sum : NaN));
  const terms = [source.values[step], weight(step), product(step)].map(formatExact);
  const position = `Input ${step + 1} of ${layer.inputs}`;
  const figures = [
    { caption: names.input, ...gridOf(Array.from(source.values), step), scale: source.colorScale },
    { caption: "× weights", ...gridOf(values(weight), step), scale: { high: layer.maxWeight, signed: true } },
    { caption: "= products", ...gridOf(values(product, step + 1), step), scale: products },
    { caption: names.layer, ...gridOf(results, unit), scale: { ...layer.colorScale, signed: true } },
  ];
  const text = `${position}: ${terms[0]} × ${terms[1]} = ${terms[2]}. Bias and products so far: ${formatExact(sum)}.`;
  return { position, figures, text };
}

/** A map, with its padding. */
function mapFigure(caption, layer, map, box, [top, left, bottom, right] = [0, 0, 0, 0]) {
  const value = (y, x) => (layer.has([map, y, x]) ? layer.at([map, y, x]) : NaN);
  const row = (y) => Array.from({ length: layer.width + left + right }, (_, x) => value(y - top, x - left));
  const rows = Array.from({ length: layer.height + top + bottom }, (_, y) => row(y));
  return { caption, rows, scale: layer.colorScale, box: { ...box, top: box.top + top, left: box.left + left } };
}

/** A map as far as it is computed. */
function resultFigure(layer, [map, y, x], step, names) {
  const value = (i) => (i <= step ? layer.at([map, Math.floor(i / layer.width), i % layer.width]) : NaN);
  const row = (top) => Array.from({ length: layer.width }, (_, left) => value(top * layer.width + left));
  const rows = Array.from({ length: layer.height }, (_, top) => row(top));
  return { caption: `→ ${names.output(map)}`, rows, scale: layer.colorScale, box: { top: y, left: x, height: 1, width: 1 } };
}

/** The first units of a vector. */
function unitFigure(caption, layer, count, current) {
  const values = Array.from(layer.values, (value, i) => (i < count ? value : NaN));
  return { caption, ...gridOf(values, current), scale: layer.colorScale };
}

/** A vector as a row, or as a square if it is long. */
function gridOf(values, current) {
  const width = values.length <= MAX_ROW ? values.length : Math.ceil(Math.sqrt(values.length));
  const rows = [];
  for (let i = 0; i < values.length; i += width) {
    const missing = Math.max(0, i + width - values.length);
    rows.push([...values.slice(i, i + width), ...new Array(missing).fill(NaN)]);
  }
  return { rows, box: { top: Math.floor(current / width), left: current % width, height: 1, width: 1 } };
}
