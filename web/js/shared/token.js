/* The token that a service may want for changes: asked for where it is wanted, kept until the tab is closed. */

import { byId } from "./dom.js";

let asking = null; // one form for all requests that wait

export function getToken(origin) {
  return sessionStorage.getItem(`token ${origin}`);
}

/** Ask for the token of a service, which refused the `last` one; resolves to whether there is another now. */
export async function promptForToken(origin, last) {
  if (getToken(origin) !== last) return true; // given meanwhile
  asking ??= open(last).finally(() => (asking = null));
  const token = await asking;
  if (token) sessionStorage.setItem(`token ${origin}`, token);
  else sessionStorage.removeItem(`token ${origin}`);
  return Boolean(token);
}

function open(last) {
  byId("token-refused").hidden = !last;
  const [dialog, input] = [byId("token-dialog"), byId("token")];
  input.value = dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue ? input.value.trim() : ""), { once: true });
  });
}
