/* The API: every call that the page makes of the server, and what can go wrong with one. */

const PATIENCE = 10_000; // ms after which a server that says nothing counts as gone

/** The server answered, and said no: `message` is its sentence. */
export class Refused extends Error {
  constructor(status, { code, message }) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** No answer, or one that means "later": the network, a restart, a server that is not ready. */
export class Gone extends Error {}

/** What is loaded: {default, models: [{name, …}]}. */
export function getModels() {
  return request("/models");
}

/** A model's card. */
export function getCard(name) {
  return request(`/models/${encodeURIComponent(name)}`);
}

/** Ask a model to read strokes, or a picture's bytes as they came: nothing is prepared here. */
export function predict({ strokes, picture, model, crops }, signal) {
  const query = new URLSearchParams({ model, crops, show: "image" });
  const body = picture ? picture.blob : JSON.stringify({ strokes });
  const type = picture ? picture.blob.type : "application/json";
  return request(`/predict?${query}`, { method: "POST", body, headers: { "Content-Type": type }, signal });
}

async function request(address, { signal, ...options } = {}) {
  const patience = AbortSignal.timeout(PATIENCE);
  const signals = signal ? [signal, patience] : [patience];
  let response, body;
  try {
    response = await fetch(address, { ...options, signal: AbortSignal.any(signals) });
    body = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Gone("The server does not answer.", { cause: error });
  }
  return parse(response, body);
}

function parse(response, body) {
  let value = null;
  try {
    value = JSON.parse(body);
  } catch {
    // said below: a proxy's own error page is no JSON
  }
  if (response.ok && value) return value;
  const error = value?.error ?? { code: "unknown", message: `The server answered ${response.status} without saying why.` };
  if ([502, 503, 504].includes(response.status)) throw new Gone(value?.error ? error.message : "The server does not answer.");
  throw new Refused(response.status, error);
}
