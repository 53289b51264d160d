/* Requests to /explain: activations of the layers, their kernels, and the occlusion map. */

import { fetchJson } from "../shared/http.js";
import { drawingRequest } from "../shared/server-api.js";

/** Explain a drawing. crop: "TOP,LEFT", or nothing for the center. The result includes the `version` of the model. */
export async function explain({ model, crop, show, ...drawing }, signal) {
  const query = new URLSearchParams({ model, show, ...(crop && { crop }) });
  let version = null;
  const onHeaders = (headers) => (version = headers.get("X-Inkling-Model"));
  const result = await fetchJson(`/explain?${query}`, { ...drawingRequest(drawing), signal, onHeaders });
  return { ...result, version };
}
