/* Loads what to look at next, once a run has ended with a result. */

import { byId } from "../shared/dom.js";

const ENDED = ["finished", "stopped"];

/** Show the next steps after a job, or hide them. `onStart(settings, comparedId)` starts another run. */
export async function showWhenEnded(job, onStart) {
  const hasEnded = Boolean(job.result) && ENDED.includes(job.state);
  byId("next-steps").hidden = !hasEnded;
  if (!hasEnded) return;
  const { showNextSteps } = await import("./next-steps.js");
  await showNextSteps(job, onStart);
}
