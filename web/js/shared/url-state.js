/* The state that a link carries. A view declares it: {crops: {default: "4", choices: ["1", "4", "all"]}, layer: {default: null}}. */

/** The choices of crops that the API offers. */
export const CROPS = { default: "4", choices: ["1", "4", "all"] };

/** What links from view to view take along: the server, which writes them first, names it. */
const CARRIED = document.querySelector(".views").dataset.carried.split(" ");

let kept = null; // the query of the state as it is
addEventListener("popstate", () => kept !== null && show()); // back from a #place: the view stays as it is, so its address does

/** The declared values of a query string. What it says wrongly is left at the default and named in `invalid`. */
export function readState(declared, search = location.search) {
  const query = new URLSearchParams(search);
  const state = {};
  const invalid = [];
  for (const [name, { default: standard, choices }] of Object.entries(declared)) {
    const given = query.get(name);
    const fits = given && (!choices || choices.includes(given));
    if (given && !fits) invalid.push(`Expected ${name}=${choices.join(", ")}. Received ${name}=${given}.`);
    state[name] = fits ? given : (standard ?? null);
  }
  return { state, invalid: invalid.join(" ") || null };
}

/** The query string of a state; what is as by default is left out, and what else stands in `search` stays. */
export function writeState(declared, state, search = "") {
  const query = new URLSearchParams(search);
  for (const [name, { default: standard }] of Object.entries(declared)) {
    const value = state[name];
    if (value === null || value === undefined || value === "" || value === standard) query.delete(name);
    else query.set(name, value);
  }
  return query.size ? `?${query}` : "";
}

/** Put a state into the address bar, so that a link or a reload brings it back, and into the links to the other views. */
export function saveState(declared, state) {
  kept = writeState(declared, state, location.search);
  show();
  carry();
}

function show() {
  if (kept !== location.search) history.replaceState(null, "", location.pathname + kept + location.hash);
}

/** Have the links to the other views take along what they share. */
export function carry() {
  const query = new URLSearchParams(location.search);
  for (const name of [...query.keys()]) if (!CARRIED.includes(name)) query.delete(name);
  for (const link of document.querySelectorAll(".views a, .brand, .onward")) link.search = query;
}
