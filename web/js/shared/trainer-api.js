/* The trainer: every call that the page makes of the trainer service, where the server names one. */

import { fetchJson, Unavailable } from "./http.js";

/** Its address without a slash at the end; empty where there is none. */
export const TRAINER = document.querySelector("meta[name=inkling-trainer]").content;

/** Ask the trainer; see `request`. */
export function fetchTrainer(path, options) {
  return fetchJson(TRAINER + path, options);
}

/** Throw Unavailable where the server names no trainer. One that was started anew may do so: then the page loads anew, too. */
export async function requireTrainer() {
  if (TRAINER) return;
  const page = await fetch(location.pathname).then((answer) => answer.text(), () => "");
  if (/inkling-trainer" content="h/.test(page)) location.reload();
  throw new Unavailable("no_trainer");
}
