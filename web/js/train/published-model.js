/* The published model of a run: published under a name of its own if it isn't yet, and loaded by the server. */

import { Unavailable } from "../shared/http.js";
import { getModels } from "../shared/server-api.js";
import { publishJob } from "./publication.js";

const PREFIX = "my-digits";
const POLL_INTERVAL = 500; // ms
const MAX_WAIT = 20_000; // ms: the server loads a published model within two seconds

/** The name of a job's model on the server. */
export async function ensurePublished(job) {
  const name = `${PREFIX}-${job.id.split("-").at(-1)}`; // the random end of the ID: no other run has it
  const { models } = await getModels();
  if (job.published.includes(name) && models.some((each) => each.name === name)) return name;
  const { model, sha256 } = await publishJob(job, name);
  job.published.push(model);
  await waitUntilLoaded(sha256);
  return model;
}

async function waitUntilLoaded(sha256) {
  for (const deadline = performance.now() + MAX_WAIT; ; ) {
    const { models } = await getModels();
    if (models.some((model) => model.sha256 === sha256)) return;
    if (performance.now() > deadline) throw new Unavailable("model_not_loaded");
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
  }
}
