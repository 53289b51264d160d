/* The request: a question to a service over HTTP, and what can go wrong with it. */

import { askForToken, tokenOf } from "./token.js";

const PATIENCE = 10_000; // ms after which a service that says nothing counts as gone

/** The service answered, and said no: `message` is its sentence. */
export class Refused extends Error {
  constructor(status, { code, message }) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** No answer, or one that means "later": the network, a restart, a service that is not ready. */
export class Gone extends Error {}

/** Ask and return the answer's JSON; `json` is sent as such, `body` as it is. `hear` gets its headers. Throws Refused or Gone. */
export async function request(address, options) {
  const [response, text] = await exchange(address, options, async (response) => [response, await response.text()]);
  options?.hear?.(response.headers);
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    throw refusal(response.status, null); // a proxy's own page is no JSON
  }
}

/** The same, but return the response itself, for a blob or a stream; `patience` is for its first byte. */
export function ask(address, options) {
  return exchange(address, options, (response) => response);
}

async function exchange(address, { signal, json, body, headers, picture, patience = PATIENCE, method } = {}, read) {
  const url = new URL(address, location.href);
  const options = { method: method ?? (json !== undefined || body ? "POST" : "GET"), headers: { ...headers }, body };
  if (json !== undefined) {
    options.body = JSON.stringify(json);
    options.headers["Content-Type"] = "application/json";
  }
  for (;;) {
    const token = tokenOf(url.origin);
    if (token) options.headers.Authorization = `Bearer ${token}`;
    const controller = new AbortController();
    const who = url.origin === location.origin ? "The server" : "The trainer";
    const timer = setTimeout(() => controller.abort(), patience);
    options.signal = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal;
    let response, said;
    try {
      response = await fetch(url, options);
      if (picture) picture.brokeOff = false;
      if (response.ok) return await read(response);
      said = await response.json().catch(() => null);
    } catch (error) {
      if (signal?.aborted) throw error;
      if (picture?.brokeOff) throw new Refused(0, { code: "broke_off", message: `${who} broke off while it received this picture. It may be too large.` });
      if (picture) picture.brokeOff = true; // a second time it is the picture
      throw new Gone(`${who} does not answer.`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
    if (response.status === 401 && (await askForToken(url.origin, token))) continue;
    throw refusal(response.status, said?.error, who);
  }
}

function refusal(status, error, who = "The server") {
  if ([502, 503, 504].includes(status) && error?.code !== "busy") return new Gone(error?.message ?? `${who} does not answer.`);
  return new Refused(status, error ?? { code: "unknown", message: `${who} answered ${status} without saying why.` });
}
