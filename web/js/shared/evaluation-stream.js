/* Evaluates a dataset on the server and reads its progress as a stream of JSON lines. */

import { ApiError, fetchResponse, Unavailable } from "./http.js";

const TIMEOUT = 600_000; // ms until the first line: before it, a large file is uploaded and unpacked

/** Evaluate a dataset, given by `name` or `files`, with a model and crops; `onProgress({done, n, accuracy, loss})` is called
 *  repeatedly. Returns the report. Aborting `signal` also stops the evaluation on the server. Throws ApiError, Unavailable, or
 *  the signal's reason. */
export async function evaluate({ name, files, ...query }, onProgress, signal) {
  const body = files && new FormData();
  for (const file of files ?? []) body.append(files.length < 2 ? "data" : /label|idx1/i.test(file.name) ? "labels" : "images", file);
  const content = files ? { body } : { json: { data: name } };
  const headers = { Accept: "application/x-ndjson" };
  const response = await fetchResponse(`/evaluate?${new URLSearchParams(query)}`, { ...content, headers, signal, timeout: TIMEOUT });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    signal.throwIfAborted();
    if (done) throw new Unavailable("stream_ended");
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const { report, error, ...progress } of lines.map((line) => JSON.parse(line))) {
      if (report) return report;
      if (error) throw new ApiError(500, error);
      onProgress(progress);
    }
  }
}
