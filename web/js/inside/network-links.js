/* What feeds a map of a layer: its connections to the maps before it, with their contributions. Independent of the page. */

import { denseTerms } from "./dense-math.js";
import { windowCells } from "./layer-math.js";

const MAX_WEIGHTS = 1000; // that are painted together

/** The connections into a map, {source, target, strength}, where source and target are [layer, map]. strength: how much the
    source adds to the mean of the target, for the current drawing; without one the sum of the weights; null for a layer without
    weights. Layers without weights are followed back to the next one with weights. */
export function connectionsTo(layer, map) {
  const target = [layer, map];
  const [source] = layer.from;
  if (!source) return [];
  if (layer.kernel && layer.window) {
    return sortedLinks(convolutionSums(layer, map).map((strength, i) => link([source, i], target, strength)));
  }
  if (layer.kernel) return denseLinks(layer, map);
  if (layer.kind === "Flatten" || source.maps !== layer.maps) return [];
  return [link([source, map], target, null), ...connectionsTo(source, map)];
}

function link(source, target, strength) {
  return { source, target, strength };
}

/** Weak ones first, so that strong ones are painted over them. */
function sortedLinks(links) {
  return links.sort((a, b) => Math.abs(a.strength) - Math.abs(b.strength));
}

/** What each input map adds to the mean of a map; without values, the sum of its kernel. */
function convolutionSums(layer, map) {
  const count = layer.height * layer.width;
  const [[height, width], [source]] = [layer.window, layer.from];
  return Array.from({ length: layer.inputs }, (_, input) => {
    let sum = 0;
    if (source.values) {
      for (let i = 0; i < count; i++) {
        const at = [map, Math.floor(i / layer.width), i % layer.width];
        for (const row of windowCells(layer, at, input)) for (const { product } of row) sum += product / count;
      }
    } else {
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) sum += layer.weight(y, x, input, map);
    }
    return sum;
  });
}

/** The connections of a unit: to the maps before flattening if there are several, otherwise to the inputs. */
function denseLinks(layer, unit) {
  const [source] = layer.from;
  const before = source.kind === "Flatten" && source.from[0].maps > 1 ? source.from[0] : null;
  const sums = new Array(before ? before.maps : layer.inputs).fill(0);
  const add = (input, amount) => (sums[before ? input % before.maps : input] += amount);
  if (source.values) for (const { input, product } of denseTerms(layer, unit)) add(input, product);
  else for (let input = 0; input < layer.inputs; input++) add(input, layer.weight(0, 0, input, unit));
  return sortedLinks(sums.map((strength, i) => link([before ?? source, i], [layer, unit], strength)));
}

/** All weights of a network that has only dense layers, as connections; none if there are too many. */
export function weightConnections(network) {
  const layers = network.denseLayers ?? [];
  if (layers.reduce((sum, { kernel }) => sum + kernel.length, 0) > MAX_WEIGHTS) return [];
  const connection = (layer, strength, i) => link([layer.from[0], Math.floor(i / layer.maps)], [layer, i % layer.maps], strength);
  return layers.flatMap((layer) => Array.from(layer.kernel, (weight, i) => connection(layer, weight, i)));
}
