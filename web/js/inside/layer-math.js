/* Sums: how a number of a layer is made of the numbers before it. Pure: knows nothing of the page. */

/** The window on the layer before that makes the number at [map, y, x]: {top, left, rows, columns, step}, and how `high` and
    `wide` it is on the map. null where there is none. */
export function windowOf(layer, [, y, x]) {
  const [source] = layer.from;
  const seen = (top, left, rows, columns, step = [1, 1]) => {
    const [high, wide] = [(rows - 1) * step[0] + 1, (columns - 1) * step[1] + 1];
    return { top, left, rows, columns, step, high, wide };
  };
  if (layer.kind.startsWith("Global")) return seen(0, 0, source.height, source.width);
  if (layer.eachAlone && !layer.flat) return seen(y, x, 1, 1);
  if (!layer.window) return null;
  const [top, left] = [y * layer.strides[0] - layer.padding[0], x * layer.strides[1] - layer.padding[1]];
  return seen(top, left, ...layer.window, layer.dilations);
}

/** The window's rows of {inside, value, weight, product}, on one map of the layer before. What lies outside counts as 0. */
export function cellsOf(layer, at, map) {
  const { top, left, rows, columns, step } = windowOf(layer, at);
  const [source] = layer.from;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => {
      const place = [map, top + row * step[0], left + column * step[1]];
      const inside = source.has(place);
      const value = inside ? source.at(place) : 0;
      const weight = layer.kernel ? layer.weight(row, column, map - layer.first(at[0]), at[0]) : 1;
      return { inside, value, weight, product: value * weight };
    }),
  );
}

/** What each map of the layer before adds to a convolution's number: [{map, sum}], the largest first. */
export function mapSums(layer, at) {
  const first = layer.first(at[0]);
  const sum = (map) => ({ map, sum: total(cellsOf(layer, at, map).flat()) });
  const sums = Array.from({ length: layer.inputs }, (_, i) => sum(first + i));
  return sums.sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
}

/** What each input of a dense layer's unit adds: [{input, value, weight, product}], from the largest down. */
export function terms(layer, unit) {
  const [source] = layer.from;
  const all = Array.from(source.values, (value, input) => {
    const weight = layer.weight(0, 0, input, unit);
    return { input, value, weight, product: value * weight };
  });
  return all.sort((a, b) => b.product - a.product);
}

export function total(parts) {
  return parts.reduce((sum, { product }) => sum + product, 0);
}

/** A flattened number's place before: [map, y, x]. */
export function unflattened({ from: [source] }, index) {
  const place = Math.floor(index / source.maps);
  return [index % source.maps, Math.floor(place / source.width), place % source.width];
}
