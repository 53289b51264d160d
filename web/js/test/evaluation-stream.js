/* Scoring: has the server score a set, and hears how far it is. */

import { ApiError, fetchResponse, Unavailable } from "../shared/http.js";

const PATIENCE = 600_000; // ms until the first line: a large file is sent and unpacked before it

/** Score a set, by its `name` or its `files`, with a model and crops; `hear({done, n, accuracy, loss})` is told again and again.
 *  Returns the report. Aborting `signal` ends the server's work, too. Throws ApiError, Unavailable, or what it was aborted with. */
export async function score({ name, files, ...query }, hear, signal) {
  const body = files && new FormData();
  for (const file of files ?? []) body.append(files.length < 2 ? "data" : /label|idx1/i.test(file.name) ? "labels" : "images", file);
  const set = files ? { body } : { json: { data: name } };
  const headers = { Accept: "application/x-ndjson" };
  const answer = await fetchResponse(`/evaluate?${new URLSearchParams(query)}`, { ...set, headers, signal, timeout: PATIENCE });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    signal.throwIfAborted();
    if (done) throw new Unavailable("stream_ended");
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const { report, error, ...told } of lines.map((line) => JSON.parse(line))) {
      if (report) return report;
      if (error) throw new ApiError(500, error);
      hear(told);
    }
  }
}
