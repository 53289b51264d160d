/* The parts that every view has: navigation links, the live region and the tour. */

import { byId } from "./dom.js";
import { LiveRegion } from "./live-region.js";
import { updateNavigationLinks } from "./url-state.js";

/** Add the current state to the navigation links, and start the tour of the URL; return the live region. */
export function initLayout() {
  updateNavigationLinks();
  if (new URLSearchParams(location.search).has("tour")) import("../tour/tour.js").then((tour) => tour.start());
  return new LiveRegion(byId("live-region"));
}
