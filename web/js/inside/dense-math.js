/* How a unit of a dense layer is computed from its inputs. Independent of the page. */

/** What each input contributes to a unit of a dense layer: [{input, value, weight, product}], the largest product first. */
export function denseTerms(layer, unit) {
  const [source] = layer.from;
  const terms = Array.from(source.values, (value, input) => {
    const weight = layer.weight(0, 0, input, unit);
    return { input, value, weight, product: value * weight };
  });
  return terms.sort((a, b) => b.product - a.product);
}

/** The position before flattening: [map, y, x]. */
export function unflatten({ from: [source] }, index) {
  const pixel = Math.floor(index / source.maps);
  return [index % source.maps, Math.floor(pixel / source.width), pixel % source.width];
}
