/* The parts that every view has: navigation links, the live region, the menu, keyboard help and the tour. */

import { byId } from "./dom.js";
import { LiveRegion } from "./live-region.js";
import { updateNavigationLinks } from "./url-state.js";

const FIELDS = "select, textarea, input:not([type=radio], [type=checkbox], [type=range])";

/** Set up these parts; return the live region. */
export function initLayout() {
  updateNavigationLinks();
  initMenu();
  if (new URLSearchParams(location.search).has("tour")) import("../tour/tour.js").then((tour) => tour.start());
  return new LiveRegion(byId("live-region"));
}

function initMenu() {
  const menu = byId("menu");
  const load = () => import("../menu/menu.js");
  menu.addEventListener("beforetoggle", ({ newState }) => newState === "open" && load().then(({ update }) => update()));
  for (const type of ["click", "change"]) menu.addEventListener(type, (event) => load().then(({ handle }) => handle(event)));
  byId("open-keyboard-help").addEventListener("click", openKeyboardHelp);
  addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.target.closest?.(FIELDS) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    openKeyboardHelp();
  });
}

function openKeyboardHelp() {
  byId("menu").hidePopover();
  byId("keyboard-help").showModal();
}
