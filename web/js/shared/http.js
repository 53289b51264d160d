/* HTTP requests to the server and the trainer, with the access token, a timeout and typed errors. */

import { getToken, promptForToken } from "./token.js";

const TIMEOUT = 10_000; // ms until the first byte of a response

/** The service rejected the request. `code` selects the sentence to show; `message` is the API's own, for developers. */
export class ApiError extends Error {
  constructor(status, { code, message }) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** No response, or one that means "try later": the network, a restart, a service that isn't ready. */
export class Unavailable extends Error {
  constructor(code, options) {
    super(code, options);
    this.code = code;
  }
}

/** Send a request and return the JSON of the response. `json` is sent as JSON, `body` unchanged; `onHeaders` receives the
 *  response headers. Throws ApiError or Unavailable. */
export async function fetchJson(address, options) {
  const [response, text] = await send(address, options, async (response) => [response, await response.text()]);
  options?.onHeaders?.(response.headers);
  if (response.status === 204) return null;
  try {
    return JSON.parse(text);
  } catch {
    throw toError(response.status, null, new URL(address, location.href)); // a proxy's own page is HTML
  }
}

/** The same, but return the response itself, for a blob or a stream; `timeout` applies to its first byte. */
export function fetchResponse(address, options) {
  return send(address, options, (response) => response);
}

async function send(address, { signal, json, body, headers, picture, timeout = TIMEOUT, method } = {}, read) {
  const url = new URL(address, location.href);
  const options = { method: method ?? (json !== undefined || body ? "POST" : "GET"), headers: { ...headers }, body };
  if (json !== undefined) {
    options.body = JSON.stringify(json);
    options.headers["Content-Type"] = "application/json";
  }
  for (;;) {
    const token = getToken(url.origin);
    if (token) options.headers.Authorization = `Bearer ${token}`;
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeout);
    options.signal = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal;
    let response, result;
    try {
      response = await fetch(url, options);
      if (picture) picture.hasFailed = false;
      if (response.ok) return await read(response);
      result = await response.json().catch(() => null);
    } catch (error) {
      if (signal?.aborted) throw error;
      if (picture?.hasFailed) throw new ApiError(0, { code: "upload_failed", message: "The connection broke during the upload." });
      if (picture) picture.hasFailed = true; // if it fails twice, the picture is the cause
      throw new Unavailable(downCode(url), { cause: error });
    } finally {
      clearTimeout(timer);
    }
    if (response.status === 401 && (await promptForToken(url.origin, token))) continue;
    throw toError(response.status, result?.error, url);
  }
}

function toError(status, sent, url) {
  const error = typeof sent?.code === "string" ? sent : null;
  const isRejection = ["busy", "time_limit_exceeded", "store_unavailable", "store_full"].includes(error?.code); // the service is up and has decided
  if ([502, 503, 504].includes(status) && !isRejection) return new Unavailable(error?.code ?? downCode(url));
  const code = status === 413 ? "too_large" : "unknown"; // a proxy's response has no code
  return new ApiError(status, error ?? { code, message: `${url.host} returned status ${status}.` });
}

function downCode({ href, origin }) {
  if (origin !== location.origin) return "trainer_down";
  const trainer = document.querySelector("meta[name=inkling-trainer]").content; // a proxy may serve both at one origin
  return trainer && href.startsWith(`${trainer}/`) ? "trainer_down" : "server_down";
}
