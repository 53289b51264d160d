/* The part of a view's state that its URL holds. A view declares it:
   {crops: {default: "4", choices: ["1", "4", "all"]}, layer: {default: null}}. */

/** The values of the API's `crops` parameter. */
export const CROPS = { default: "4", choices: ["1", "4", "all"] };

/** The parameters that links between views carry, as the server wrote them into the page. */
export const SHARED_PARAMETERS = document.querySelector(".views").dataset.shared.split(" ");

/** The parameters with which the page was opened: a view removes those that are defaults. */
export const INITIAL_PARAMETERS = new URLSearchParams(location.search);

/** A sentence about the part of the state that the link can't hold; null if it holds everything. */
export let missingFromLink = null;

const defaults = new Map(); // of the declared parameters
let query = null; // the query string of the current state
addEventListener("popstate", () => query !== null && updateAddress()); // back from a #fragment: the view is unchanged, so its URL is too

/** Read the declared parameters of a query string. An invalid value becomes the default and is reported in `invalid`. */
export function readState(declared, search = location.search) {
  registerDefaults(declared);
  const parameters = new URLSearchParams(search);
  const state = {};
  const invalid = [];
  for (const [name, { default: standard, choices }] of Object.entries(declared)) {
    const value = parameters.get(name);
    const isValid = value && (!choices || choices.includes(value));
    if (value && !isValid) invalid.push(`This link contains an unknown value: ${name}=${value}.`);
    state[name] = isValid ? value : (standard ?? null);
  }
  return { state, invalid: invalid.join(" ") || null };
}

/** The query string of a state, without defaults; other parameters of `search` are kept. */
export function writeState(declared, state, search = "") {
  const parameters = new URLSearchParams(search);
  for (const [name, { default: standard }] of Object.entries(declared)) {
    const value = state[name];
    if (value === null || value === undefined || value === "" || value === standard) parameters.delete(name);
    else parameters.set(name, value);
  }
  return parameters.size ? `?${parameters}` : "";
}

function registerDefaults(declared) {
  for (const [name, { default: standard }] of Object.entries(declared)) defaults.set(name, standard);
}

/** The value of a parameter of the URL, or its default. */
export function currentValue(name) {
  return new URLSearchParams(location.search).get(name) ?? defaults.get(name) ?? null;
}

export function setMissingFromLink(sentence) {
  missingFromLink = sentence;
}

/** Write a state to the address bar, so that a link or a reload restores it, and to the navigation links. */
export function saveState(declared, state) {
  registerDefaults(declared);
  query = writeState(declared, state, location.search);
  updateAddress();
  updateNavigationLinks();
}

function updateAddress() {
  if (query !== location.search) history.replaceState(null, "", location.pathname + query + location.hash);
}

/** Add the shared parameters to the links to other views. */
export function updateNavigationLinks() {
  const parameters = new URLSearchParams(location.search);
  for (const name of [...parameters.keys()]) if (!SHARED_PARAMETERS.includes(name)) parameters.delete(name);
  for (const link of document.querySelectorAll(".views a, .brand, .carries-state")) link.search = parameters;
}
