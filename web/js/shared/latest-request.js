/* The latestRequest: asks the newest question, one at a time, and drops every answer that came too late.

   Each question has a number. An answer is passed on only if its number is above that of the last answer
   passed on and of the last question forgotten, so nothing old can ever overwrite something newer. */

const GAP = 25; // ms between two questions: forty answers a second look continuous
const OVERTAKE = 3000; // ms after which a question that hangs is given up, if a newer one waits

export class LatestRequest {
  #send;
  #answered;
  #failed;
  #newest = 0;
  #floor = 0; // answers up to this number are stale
  #waiting = null;
  #current = null;
  #timer = 0;
  #lastSent = -Infinity;

  /** `send(question, signal)` returns a promise; `answered(answer, question)` and `failed(error, question)` hear of it. */
  constructor(send, answered, failed) {
    this.#send = send;
    this.#answered = answered;
    this.#failed = failed;
  }

  /** Ask `make()`'s question as soon as none is on its way; a newer call replaces one that still waits. */
  send(make) {
    this.#waiting = { number: ++this.#newest, make };
    this.#next();
  }

  /** Forget all that was asked: no answer to it will be passed on. */
  cancel() {
    this.#floor = this.#newest;
    this.#waiting = null;
    this.#current?.controller.abort();
    this.#current = null;
    clearTimeout(this.#timer);
  }

  #next() {
    clearTimeout(this.#timer);
    if (!this.#waiting) return;
    const now = performance.now();
    const due = this.#current ? this.#current.since + OVERTAKE : this.#lastSent + GAP;
    if (now < due) {
      this.#timer = setTimeout(() => this.#next(), due - now);
      return;
    }
    this.#current?.controller.abort();
    this.#request(this.#waiting, now);
  }

  async #request({ number, make }, since) {
    const question = make();
    const mine = { controller: new AbortController(), since };
    this.#waiting = null;
    this.#current = mine;
    this.#lastSent = since;
    let pass;
    try {
      const answer = await this.#send(question, mine.controller.signal);
      pass = () => this.#answered(answer, question);
    } catch (error) {
      pass = () => this.#failed(error, question);
    }
    if (this.#current === mine) this.#current = null;
    if (number > this.#floor && !mine.controller.signal.aborted) {
      this.#floor = number;
      pass();
    }
    this.#next();
  }
}
