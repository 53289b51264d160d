/* How a value of a layer is computed from its input. Independent of the page. */

/** The window of the input that the value at [map, y, x] is computed from: {top, left, height, width}; null if there is none. */
export function windowOf(layer, [, y, x]) {
  if (layer.isElementwise && !layer.isFlat) return { top: y, left: x, height: 1, width: 1 };
  if (!layer.window) return null;
  const [[height, width], strides, padding] = [layer.window, layer.strides, layer.padding];
  return { top: y * strides[0] - padding[0], left: x * strides[1] - padding[1], height, width };
}

/** The rows of the window on one input map, as {isInside, value, weight, product}. Padding counts as 0. */
export function windowCells(layer, at, map) {
  const { top, left, height, width } = windowOf(layer, at);
  const [source] = layer.from;
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => {
      const position = [map, top + row, left + column];
      const isInside = source.has(position);
      const value = isInside ? source.at(position) : 0;
      const weight = layer.kernel ? layer.weight(row, column, map, at[0]) : 1;
      return { isInside, value, weight, product: value * weight };
    }),
  );
}

/** What each input map contributes to a value of a convolution: [{map, sum}], the largest first. */
export function mapSums(layer, at) {
  const sumOf = (map) => ({ map, sum: sumProducts(windowCells(layer, at, map).flat()) });
  const sums = Array.from({ length: layer.inputs }, (_, map) => sumOf(map));
  return sums.sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
}

export function sumProducts(terms) {
  return terms.reduce((sum, { product }) => sum + product, 0);
}
