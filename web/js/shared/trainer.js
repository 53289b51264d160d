/* The trainer: every call that the page makes of the trainer service, where the server names one. */

import { request } from "./request.js";

/** Its address without a slash at the end; empty where there is none. */
export const TRAINER = document.querySelector("meta[name=inkling-trainer]").content;

/** Ask the trainer; see `request`. */
export function ask(path, options) {
  return request(TRAINER + path, options);
}
