/* The questions to /explain: what layers make of a drawing, their kernels, the evidence. */

import { fetchJson } from "../shared/http.js";
import { drawingRequest } from "../shared/server-api.js";

/** Have a model explain a drawing. crop: "TOP,LEFT", or nothing for the center one. The answer tells the model's `version`. */
export async function explain({ model, crop, show, ...drawing }, signal) {
  const query = new URLSearchParams({ model, show, ...(crop && { crop }) });
  let version = null;
  const onHeaders = (headers) => (version = headers.get("X-Inkling-Model"));
  const answer = await fetchJson(`/explain?${query}`, { ...drawingRequest(drawing), signal, onHeaders });
  return { ...answer, version };
}
