/* The access token that a service may require for changes: asked for when needed, kept until the tab is closed. */

import { byId } from "./dom.js";

let prompting = null; // one dialog for all waiting requests

export function getToken(origin) {
  return sessionStorage.getItem(`token ${origin}`);
}

/** Ask for the token of a service, which rejected `lastToken`; resolves to whether there is another one now. */
export async function promptForToken(origin, lastToken) {
  if (getToken(origin) !== lastToken) return true; // entered meanwhile
  prompting ??= openDialog(lastToken).finally(() => (prompting = null));
  const token = await prompting;
  if (token) sessionStorage.setItem(`token ${origin}`, token);
  else sessionStorage.removeItem(`token ${origin}`);
  return Boolean(token);
}

function openDialog(lastToken) {
  byId("token-rejected").hidden = !lastToken;
  const [dialog, input] = [byId("token-dialog"), byId("token")];
  input.value = dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue ? input.value.trim() : ""), { once: true });
  });
}
