/* The questions to /explain: what layers make of a drawing, their kernels, the evidence. */

import { request } from "../shared/http.js";
import { drawn } from "../shared/server-api.js";

/** Have a model explain a drawing. crop: "TOP,LEFT", or nothing for the centre one. The answer tells the model's `version`. */
export async function explain({ model, crop, show, ...drawing }, signal) {
  const query = new URLSearchParams({ model, show, ...(crop && { crop }) });
  let version = null;
  const hear = (headers) => (version = headers.get("X-Inkling-Model"));
  const answer = await request(`/explain?${query}`, { ...drawn(drawing), signal, hear });
  return { ...answer, version };
}
