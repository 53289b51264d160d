/* Sends requests one at a time and drops every response that arrives too late.

   Requests are numbered. A response is delivered only if its number is above that of the last delivered response and of the
   last cancelled request, so an old response never overwrites a newer one. */

const MIN_INTERVAL = 25; // ms between two requests: forty responses a second look continuous
const OVERTAKE_AFTER = 3000; // ms after which a hanging request is aborted if a newer one waits

export class LatestRequest {
  #sendRequest;
  #onResponse;
  #onError;
  #newest = 0;
  #delivered = 0; // responses up to this number are stale
  #pending = null;
  #current = null;
  #timer = 0;
  #lastSent = -Infinity;

  /** `sendRequest(input, signal)` returns a promise; `onResponse(response, input)` or `onError(error, input)` is called with
      its outcome. */
  constructor(sendRequest, onResponse, onError) {
    this.#sendRequest = sendRequest;
    this.#onResponse = onResponse;
    this.#onError = onError;
  }

  /** Send `makeInput()` as soon as no request is in flight; a newer call replaces a pending one. */
  send(makeInput) {
    this.#pending = { number: ++this.#newest, makeInput };
    this.#next();
  }

  /** Cancel everything sent so far: no response to it will be delivered. */
  cancel() {
    this.#delivered = this.#newest;
    this.#pending = null;
    this.#current?.controller.abort();
    this.#current = null;
    clearTimeout(this.#timer);
  }

  #next() {
    clearTimeout(this.#timer);
    if (!this.#pending) return;
    const now = performance.now();
    const due = this.#current ? this.#current.since + OVERTAKE_AFTER : this.#lastSent + MIN_INTERVAL;
    if (now < due) {
      this.#timer = setTimeout(() => this.#next(), due - now);
      return;
    }
    this.#current?.controller.abort();
    this.#start(this.#pending, now);
  }

  async #start({ number, makeInput }, since) {
    const input = makeInput();
    const own = { controller: new AbortController(), since };
    this.#pending = null;
    this.#current = own;
    this.#lastSent = since;
    let deliver;
    try {
      const response = await this.#sendRequest(input, own.controller.signal);
      deliver = () => this.#onResponse(response, input);
    } catch (error) {
      deliver = () => this.#onError(error, input);
    }
    if (this.#current === own) this.#current = null;
    if (number > this.#delivered && !own.controller.signal.aborted) {
      this.#delivered = number;
      deliver();
    }
    this.#next();
  }
}
