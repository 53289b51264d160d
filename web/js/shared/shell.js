/* The shell: what every view has around it. */

import { byId } from "./elements.js";
import { carry } from "./state.js";
import { Voice } from "./voice.js";

/** Make the links to the other views take the state along; return the voice. */
export function openShell() {
  carry();
  return new Voice(byId("voice"));
}
