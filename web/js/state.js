/* The state that a link carries: ?model=NAME&crops=1|4|all. Pure, but for the address bar. */

/** The choices of crops that the API offers. */
export const CROPS = ["1", "4", "all"];

const DEFAULTS = { model: null, crops: "4" }; // null: the server's default

/** Read a query string. What it says wrongly is left at the default and named in `unknown`. */
export function readState(search) {
  const query = new URLSearchParams(search);
  const crops = query.get("crops") ?? DEFAULTS.crops;
  const fits = CROPS.includes(crops);
  return {
    model: query.get("model") || DEFAULTS.model,
    crops: fits ? crops : DEFAULTS.crops,
    unknown: fits ? null : `crops=${crops}`,
  };
}

/** The query string of a state; what is as by default is left out. */
export function writeState({ model, crops }) {
  const query = new URLSearchParams();
  if (model) query.set("model", model);
  if (crops !== DEFAULTS.crops) query.set("crops", crops);
  return query.size ? `?${query}` : "";
}

/** Put a state into the address bar, so that a link or a reload brings it back. */
export function keepState(state) {
  history.replaceState(null, "", location.pathname + writeState(state) + location.hash);
}
