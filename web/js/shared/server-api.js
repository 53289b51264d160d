/* The API: every call that the page makes of the server. Nothing is prepared here: pictures go as they came. */

import { fetchJson } from "./http.js";

/** What is loaded: {default, models: [{name, …}]}. */
export function getModels() {
  return fetchJson("/models");
}

/** A model's card. */
export function getCard(name) {
  return fetchJson(`/models/${encodeURIComponent(name)}`);
}

/** A drawing as the body of a request: strokes with or without the pen's width, an image's pixels, or a picture's bytes. */
export function drawingRequest({ strokes, pen, picture }) {
  if (picture?.blob) return { body: picture.blob, headers: { "Content-Type": picture.blob.type }, picture };
  return { json: picture ? { pixels: picture.rows } : { strokes, pen } };
}

/** Have a model read a drawing. show: "image", "steps" or both. What answered is told with it: `sha256` of the model's file. */
export async function predict({ model, crops, show = "image", ...drawing }, signal) {
  let version = "";
  const onHeaders = (headers) => (version = headers.get("X-Inkling-Model"));
  const answer = await fetchJson(`/predict?${new URLSearchParams({ model, crops, show })}`, { ...drawingRequest(drawing), signal, onHeaders });
  return { ...answer, sha256: /sha256=(\w+)/.exec(version)?.[1] };
}

/** Have a model read whole numbers that are being written: what holds no sign yet has no lines. */
export function readNumbers({ model, ...drawing }, signal) {
  return fetchJson(`/read?${new URLSearchParams({ model, unfinished: true })}`, { ...drawingRequest(drawing), signal });
}

/** Keep a drawing with its right label. told: {label, model, said, sha256}. */
export function saveFeedback(drawing, told) {
  return fetchJson(`/feedback?${new URLSearchParams(told)}`, drawingRequest(drawing));
}

/** Keep a drawing no longer. */
export function deleteFeedback(id) {
  return fetchJson(`/feedback/${id}`, { method: "DELETE" });
}
