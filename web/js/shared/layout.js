/* The shell: what every view has around it. */

import { byId } from "./dom.js";
import { LiveRegion } from "./live-region.js";
import { carry } from "./url-state.js";

/** Make the links to the other views take the state along; return the voice. */
export function initLayout() {
  carry();
  return new LiveRegion(byId("live-region"));
}
