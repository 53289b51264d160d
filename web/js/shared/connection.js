/* The connection: loads what the page needs of the server, and keeps trying while the server is gone. */

import { Gone, Refused } from "./http.js";

const FIRST_WAIT = 500; // ms, doubled with each failure
const LONGEST_WAIT = 8_000;

export class Connection {
  #load;
  #hear;
  #wait = FIRST_WAIT;
  #timer = 0;
  #trying = null;

  /** `load()` returns a promise; `hear` = {up(), down(error)} is told how it went. */
  constructor(load, hear) {
    this.#load = load;
    this.#hear = hear;
    this.up = false;
    addEventListener("online", () => this.#soon());
    document.addEventListener("visibilitychange", () => document.hidden || this.#soon());
  }

  /** Load now. Attempts follow each other: a call during one waits for it and loads again. */
  async open() {
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
  lose(error) {
    if (this.up) this.#down(error);
  }

  async #attempt() {
    clearTimeout(this.#timer);
    try {
      await this.#load();
    } catch (error) {
      if (!(error instanceof Gone || error instanceof Refused)) throw error;
      this.#down(error);
      return;
    }
    this.up = true;
    this.#wait = FIRST_WAIT;
    this.#hear.up();
  }

  #down(error) {
    this.up = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.open(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    this.#hear.down(error);
  }

  #soon() {
    if (!this.up) this.open();
  }
}
