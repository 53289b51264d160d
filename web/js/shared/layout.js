/* The shell: what every view has around it. */

import { byId } from "./dom.js";
import { Voice } from "./live-region.js";
import { carry } from "./url-state.js";

/** Make the links to the other views take the state along; return the voice. */
export function openShell() {
  carry();
  return new Voice(byId("voice"));
}
