/* The titles and explanations of layers, from the page's templates. */

/** The explanation of a kind of layer, or of "merged" batch normalization: a <template>. */
export function templateOf(kind) {
  const templates = [...document.querySelectorAll("template[data-kind]")];
  const own = templates.find(({ dataset }) => dataset.kind === kind);
  return own ?? templates.at(-1); // the last one is for any other kind
}

/** The kind of a layer as the templates name it: a temperature is more than a rescaling. */
export function kindOf(layer) {
  return layer.isTemperature ? "Temperature" : layer.kind;
}

/** Titles for layers: layer -> "Convolution 2"; numbered if there are several of a kind. */
export function titlesOf(layers) {
  const title = (layer) => templateOf(kindOf(layer)).dataset.name ?? layer.kind;
  const totals = new Map();
  for (const layer of layers) totals.set(title(layer), (totals.get(title(layer)) ?? 0) + 1);
  const counts = new Map();
  const number = (text) => {
    counts.set(text, (counts.get(text) ?? 0) + 1);
    return totals.get(text) > 1 ? `${text} ${counts.get(text)}` : text;
  };
  return new Map(layers.map((layer) => [layer, number(title(layer))]));
}
