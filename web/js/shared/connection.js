/* Loads what the page needs from a service, and retries while the service is unavailable. */

import { ApiError, Unavailable } from "./http.js";

const FIRST_DELAY = 500; // ms, doubled with each failure
const MAX_DELAY = 8_000;

export class Connection {
  #load;
  #callbacks;
  #delay = FIRST_DELAY;
  #timer = 0;
  #attempt = null;

  /** `load()` returns a promise; callbacks = {onUp(), onDown(error)} report its outcome. */
  constructor(load, callbacks) {
    this.#load = load;
    this.#callbacks = callbacks;
    this.isUp = false;
    addEventListener("online", () => this.#retry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#retry());
  }

  /** Load now. Attempts run one at a time: a call during one waits for it and loads again. */
  async connect() {
    clearTimeout(this.#timer);
    const previous = this.#attempt;
    const attempt = (async () => {
      await previous;
      await this.#tryToLoad();
    })();
    this.#attempt = attempt;
    await attempt;
  }

  /** Report a failed request: the service counts as unavailable until it loads again. */
  markDown(error) {
    if (this.isUp) this.#scheduleRetry(error);
  }

  async #tryToLoad() {
    clearTimeout(this.#timer);
    try {
      await this.#load();
    } catch (error) {
      if (!(error instanceof Unavailable || error instanceof ApiError)) throw error;
      this.#scheduleRetry(error);
      return;
    }
    this.isUp = true;
    this.#delay = FIRST_DELAY;
    this.#callbacks.onUp();
  }

  #scheduleRetry(error) {
    this.isUp = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.connect(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, MAX_DELAY);
    this.#callbacks.onDown(error);
  }

  #retry() {
    if (!this.isUp) this.connect();
  }
}
