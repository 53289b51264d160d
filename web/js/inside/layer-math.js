/* How a value of a layer is computed from its input. Independent of the page. */

/** The window of the input that the value at [map, y, x] is computed from: {top, left, rows, columns, dilation, height, width},
    height and width in pixels of the input; null if there is none. */
export function windowOf(layer, [, y, x]) {
  const [source] = layer.from;
  const makeWindow = (top, left, rows, columns, dilation = [1, 1]) => {
    const [height, width] = [(rows - 1) * dilation[0] + 1, (columns - 1) * dilation[1] + 1];
    return { top, left, rows, columns, dilation, height, width };
  };
  if (layer.kind.startsWith("Global")) return makeWindow(0, 0, source.height, source.width);
  if (layer.isElementwise && !layer.isFlat) return makeWindow(y, x, 1, 1);
  if (!layer.window) return null;
  const [top, left] = [y * layer.strides[0] - layer.padding[0], x * layer.strides[1] - layer.padding[1]];
  return makeWindow(top, left, ...layer.window, layer.dilations);
}

/** The rows of the window on one input map, as {isInside, value, weight, product}. Padding counts as 0. */
export function windowCells(layer, at, map) {
  const { top, left, rows, columns, dilation } = windowOf(layer, at);
  const [source] = layer.from;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => {
      const position = [map, top + row * dilation[0], left + column * dilation[1]];
      const isInside = source.has(position);
      const value = isInside ? source.at(position) : 0;
      const weight = layer.kernel ? layer.weight(row, column, map - layer.firstInput(at[0]), at[0]) : 1;
      return { isInside, value, weight, product: value * weight };
    }),
  );
}

/** What each input map contributes to a value of a convolution: [{map, sum}], the largest first. */
export function mapSums(layer, at) {
  const first = layer.firstInput(at[0]);
  const sumOf = (map) => ({ map, sum: sumProducts(windowCells(layer, at, map).flat()) });
  const sums = Array.from({ length: layer.inputs }, (_, i) => sumOf(first + i));
  return sums.sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
}

/** What each input contributes to a unit of a dense layer: [{input, value, weight, product}], the largest product first. */
export function denseTerms(layer, unit) {
  const [source] = layer.from;
  const terms = Array.from(source.values, (value, input) => {
    const weight = layer.weight(0, 0, input, unit);
    return { input, value, weight, product: value * weight };
  });
  return terms.sort((a, b) => b.product - a.product);
}

export function sumProducts(terms) {
  return terms.reduce((sum, { product }) => sum + product, 0);
}

/** The position before flattening: [map, y, x]. */
export function unflatten({ from: [source] }, index) {
  const pixel = Math.floor(index / source.maps);
  return [index % source.maps, Math.floor(pixel / source.width), pixel % source.width];
}
