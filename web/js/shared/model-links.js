/* Links to a model: to use it, and to download its file and its card. */

import { h } from "./dom.js";

/** A link to Draw with the model. */
export function useLink(name) {
  return h("a", { href: `/?${new URLSearchParams({ model: name })}`, text: `Use ${name} in Draw` });
}

/** A link that downloads the model's ONNX file. */
export function fileLink(name, text = `Download ${name}.onnx`) {
  return h("a", { href: `/models/${encodeURIComponent(name)}/file`, download: `${name}.onnx`, text });
}

/** A link that downloads the model card. */
export function cardLink(name) {
  return h("a", { href: `/models/${encodeURIComponent(name)}`, download: `${name}.json`, text: "model card" });
}
