/* Publishes the model of a run, so that the server loads it. */

import { fetchTrainer } from "../shared/trainer-api.js";

const TIMEOUT = 600_000; // ms: the export evaluates the test set

/** Publish a job's model under a name. Returns its properties: {model, sha256, …}. */
export function publishJob({ id }, name) {
  return fetchTrainer(`/jobs/${id}/publish`, { json: { name }, timeout: TIMEOUT });
}
