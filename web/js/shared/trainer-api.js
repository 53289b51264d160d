/* Requests to the trainer service, whose address the server writes into the page. */

import { fetchJson, Unavailable } from "./http.js";

/** The trainer's address without a trailing slash; empty if there is none. */
export const TRAINER = document.querySelector("meta[name=inkling-trainer]").content;

/** Send a request to the trainer; see `fetchJson`. */
export function fetchTrainer(path, options) {
  return fetchJson(TRAINER + path, options);
}

/** Throw Unavailable if the server isn't connected to a trainer; if it is by now, reload the page. */
export async function requireTrainer() {
  if (TRAINER) return;
  const page = await fetch(location.pathname).then((response) => response.text(), () => "");
  if (/inkling-trainer" content="h/.test(page)) location.reload();
  throw new Unavailable("no_trainer");
}
