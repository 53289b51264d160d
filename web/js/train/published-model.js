/* The published model of a run: published under a free name if it isn't yet, and loaded by the server. */

import { Unavailable } from "../shared/http.js";
import { getModels } from "../shared/server-api.js";
import { publishJob } from "./publication.js";

const NAME = "my-digits";
const POLL_INTERVAL = 500; // ms
const MAX_WAIT = 20_000; // ms: the server loads a published model within two seconds

/** The name of a job's model on the server. */
export async function ensurePublished(job) {
  const { models } = await getModels();
  const names = models.map(({ name }) => name);
  const known = job.published.findLast((name) => names.includes(name));
  if (known) return known;
  const { model, sha256 } = await publishJob(job, freeName(names));
  job.published.push(model);
  await waitUntilLoaded(sha256);
  return model;
}

/** "my-digits", or "my-digits-2" and so on if there is such a model already. */
function freeName(names) {
  for (let number = 1; ; number++) {
    const name = number === 1 ? NAME : `${NAME}-${number}`;
    if (!names.includes(name)) return name;
  }
}

async function waitUntilLoaded(sha256) {
  for (const deadline = performance.now() + MAX_WAIT; ; ) {
    const { models } = await getModels();
    if (models.some((model) => model.sha256 === sha256)) return;
    if (performance.now() > deadline) throw new Unavailable("model_not_loaded");
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
  }
}
