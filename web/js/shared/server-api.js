/* Requests to the inference server. Pictures are sent unchanged: the server normalizes them. */

import { fetchJson } from "./http.js";

/** The loaded models: {default, models: [{name, …}]}. */
export function getModels() {
  return fetchJson("/models");
}

/** A model card. */
export function getCard(name) {
  return fetchJson(`/models/${encodeURIComponent(name)}`);
}

/** The request body for a drawing: strokes with an optional pen width, the pixels of an image, or the bytes of a picture. */
export function drawingRequest({ strokes, pen, picture }) {
  if (picture?.blob) return { body: picture.blob, headers: { "Content-Type": picture.blob.type }, picture };
  return { json: picture ? { pixels: picture.rows } : { strokes, pen } };
}

/** Classify a drawing. show: "image", "steps" or both. The result includes `sha256`, the hash of the model file. */
export async function predict({ model, crops, show = "image", ...drawing }, signal) {
  let version = "";
  const onHeaders = (headers) => (version = headers.get("X-Inkling-Model"));
  const query = new URLSearchParams({ model, crops, show });
  const result = await fetchJson(`/predict?${query}`, { ...drawingRequest(drawing), signal, onHeaders });
  return { ...result, sha256: /sha256=(\w+)/.exec(version)?.[1] };
}

/** Read whole numbers while they are being written; a drawing without a digit has no lines. */
export function readNumbers({ model, ...drawing }, signal) {
  return fetchJson(`/read?${new URLSearchParams({ model, allow_empty: true })}`, { ...drawingRequest(drawing), signal });
}

/** Save a drawing with its correct label. details: {label, model, predicted, sha256}. */
export function saveFeedback(drawing, details) {
  return fetchJson(`/feedback?${new URLSearchParams(details)}`, drawingRequest(drawing));
}

export function deleteFeedback(id) {
  return fetchJson(`/feedback/${id}`, { method: "DELETE" });
}
