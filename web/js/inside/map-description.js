/* What a map shows and what feeds it, in words. Independent of the page. */

import { formatShort } from "../shared/color-scale.js";
import { formatCount, formatProbability, formatSigned } from "../shared/format.js";

/** The name of a map, a unit, or the unit of a label. */
export function nameOfMap(layer, map, labels) {
  if (!layer.isFlat) return layer.maps > 1 ? `map ${map + 1}` : "map";
  return layer.maps === labels.length ? `label ${labels[map]}` : `unit ${map + 1}`;
}

/** A map, or with null the whole layer, and the strongest of its connections, see `connectionsTo`. titles: layer -> title. */
export function describeMap(layer, map, connections, { network, titles, labels }) {
  const title = titles.get(layer);
  if (map === null) return `${title}: all ${formatCount(layer.maps)} values in one vector.`;
  const name = layer.maps > 1 ? `${title}, ${nameOfMap(layer, map, labels)}` : title;
  const own = `${name}: ${valueOf(network, layer, map)}.`;
  const weighted = connections.filter(({ strength }) => strength !== null);
  if (!weighted.length) return own;
  const { source: [source], target: [target, unit] } = weighted[0];
  const hasMaps = source.maps > 1;
  const strongest = (sign, text) => {
    const links = weighted.filter(({ strength }) => strength * sign > 0);
    if (!links.length) return null;
    const best = links.reduce((most, each) => (each.strength * sign > most.strength * sign ? each : most));
    const feed = hasMaps ? `most by ${nameOfMap(source, best.source[1], labels)}` : `by ${titles.get(source)}`;
    return `${text} ${feed} (${formatSigned(best.strength)})`;
  };
  const found = [strongest(1, "raised"), strongest(-1, "lowered")].filter(Boolean).join(", ");
  const subject = target === layer ? "It is" : `${titles.get(target)}, ${nameOfMap(target, unit, labels)}, is`;
  return found ? `${own} ${subject} ${found}${hasMaps ? ` of ${titles.get(source)}` : ""}.` : own;
}

function valueOf(network, layer, map) {
  if (!layer.values) return "nothing drawn yet";
  if (layer === network.layers.at(-1)) return formatProbability(layer.values[map]);
  if (layer.isFlat) return formatShort(layer.values[map]);
  return `${formatShort(layer.lowest(map))} to ${formatShort(layer.at(layer.maximum(map)))}`;
}
