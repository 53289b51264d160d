/* The connection: loads what the page needs of the server, and keeps trying while the server is gone. */

import { ApiError, Unavailable } from "./http.js";

const FIRST_WAIT = 500; // ms, doubled with each failure
const LONGEST_WAIT = 8_000;

export class Connection {
  #load;
  #hear;
  #wait = FIRST_WAIT;
  #timer = 0;
  #trying = null;

  /** `load()` returns a promise; `hear` = {onUp(), onDown(error)} is told how it went. */
  constructor(load, hear) {
    this.#load = load;
    this.#hear = hear;
    this.isUp = false;
    addEventListener("online", () => this.#soon());
    document.addEventListener("visibilitychange", () => document.hidden || this.#soon());
  }

  /** Load now. Attempts follow each other: a call during one waits for it and loads again. */
  async connect() {
    clearTimeout(this.#timer);
    const before = this.#trying;
    const attempt = (async () => {
      await before;
      await this.#attempt();
    })();
    this.#trying = attempt;
    await attempt;
  }

  /** A call has failed: the server is gone until it loads again. */
  markDown(error) {
    if (this.isUp) this.#down(error);
  }

  async #attempt() {
    clearTimeout(this.#timer);
    try {
      await this.#load();
    } catch (error) {
      if (!(error instanceof Unavailable || error instanceof ApiError)) throw error;
      this.#down(error);
      return;
    }
    this.isUp = true;
    this.#wait = FIRST_WAIT;
    this.#hear.onUp();
  }

  #down(error) {
    this.isUp = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.connect(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    this.#hear.onDown(error);
  }

  #soon() {
    if (!this.isUp) this.connect();
  }
}
