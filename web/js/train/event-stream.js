/* Server-sent events over fetch, which sends the access token, unlike EventSource. */

import { fetchResponse, Unavailable } from "../shared/http.js";

const RETRY = 2_000; // ms until a broken or ended stream is opened again

/** Call `onEvent({ id, name, data })` for each event of a stream, which is reopened after its last event until the service
 *  says that no more will follow; then, or when the service rejects the request, call `onEnd()`. Returns a function that closes it. */
export function followEvents(address, onEvent, onEnd) {
  const controller = new AbortController();
  follow(address, onEvent, controller.signal).then(onEnd, (error) => {
    if (!controller.signal.aborted) onEnd(error);
  });
  return () => controller.abort();
}

async function follow(address, onEvent, signal) {
  for (let lastId = null; ; await delay(RETRY, signal)) {
    try {
      const response = await fetchResponse(address, { signal, headers: lastId ? { "Last-Event-ID": lastId } : {} });
      if (response.status === 204) return;
      for await (const event of readEvents(response.body)) {
        lastId = event.id;
        onEvent(event);
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof Unavailable)) throw error;
    }
  }
}

/** The events of a body: blocks of `field: value` lines that end with a blank line (HTML Standard, section 9.2.6). */
async function* readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read().catch((error) => {
      throw new Unavailable("trainer_down", { cause: error }); // the connection broke
    });
    if (done) return;
    const blocks = (text + value).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: ?(.*)/s, 2)));
      if (fields.data) yield { id: fields.id, name: fields.event, data: JSON.parse(fields.data) };
    }
  }
}

function delay(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    setTimeout(resolve, milliseconds);
  });
}
