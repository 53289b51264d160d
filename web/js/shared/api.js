/* The API: every call that the page makes of the server. Nothing is prepared here: pictures go as they came. */

import { request } from "./request.js";

/** What is loaded: {default, models: [{name, …}]}. */
export function getModels() {
  return request("/models");
}

/** A model's card. */
export function getCard(name) {
  return request(`/models/${encodeURIComponent(name)}`);
}

/** A drawing as the body of a request: strokes with or without the pen's width, an image's pixels, or a picture's bytes. */
export function drawn({ strokes, pen, picture }) {
  if (picture?.blob) return { body: picture.blob, headers: { "Content-Type": picture.blob.type } };
  return { json: picture ? { pixels: picture.rows } : { strokes, pen } };
}

/** Have a model read a drawing. show: "image", "steps" or both. */
export function predict({ model, crops, show = "image", ...drawing }, signal) {
  return request(`/predict?${new URLSearchParams({ model, crops, show })}`, { ...drawn(drawing), signal });
}
