/* The parts that every view has: navigation links and the live region. */

import { byId } from "./dom.js";
import { LiveRegion } from "./live-region.js";
import { updateNavigationLinks } from "./url-state.js";

/** Add the current state to the navigation links; return the live region. */
export function initLayout() {
  updateNavigationLinks();
  return new LiveRegion(byId("live-region"));
}
