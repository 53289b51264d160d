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
export function predict({ model, crops, show = "image", ...drawing }, signal) {
  return postDrawing("/predict", { model, crops, show }, drawing, signal);
}

/** Read whole numbers while they are being written; a drawing without a digit has no lines. Digits include their image. The
 *  result includes `sha256`, too. */
export function readNumbers({ model, ...drawing }, signal) {
  return postDrawing("/read", { model, allow_empty: true, show: "image" }, drawing, signal);
}

async function postDrawing(path, query, drawing, signal) {
  let version = "";
  const onHeaders = (headers) => (version = headers.get("X-Inkling-Model"));
  const result = await fetchJson(`${path}?${new URLSearchParams(query)}`, { ...drawingRequest(drawing), signal, onHeaders });
  return { ...result, sha256: /sha256=(\w+)/.exec(version)?.[1] };
}

/** Save a drawing with its correct label. details: {label, model, predicted, sha256}. */
export function saveFeedback(drawing, details) {
  return fetchJson(`/feedback?${new URLSearchParams(details)}`, drawingRequest(drawing));
}

export function deleteFeedback(id) {
  return fetchJson(`/feedback/${id}`, { method: "DELETE" });
}
