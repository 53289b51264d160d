/* The replay: the strokes once more, as they were drawn, while the answers come along. */

import { byId } from "../shared/dom.js";

const PAUSES = [150, 600]; // ms between two strokes: the least and the most, however long the hand rested
const STEP = 700; // ms a stroke, for those who want no motion
const REST = 500; // ms that the end is looked at

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** For each stroke the times of its positions, in ms from the start. */
export function timeline(strokes, timesOf) {
  let [clock, last] = [0, null];
  return strokes.map((stroke) => {
    const times = timesOf(stroke);
    const begin = clock + (last === null ? 0 : Math.min(Math.max(times[0] - last, PAUSES[0]), PAUSES[1]));
    last = times.at(-1);
    clock = begin + last - times[0];
    return times.map((time) => begin + time - times[0]);
  });
}

/** What has been drawn of the strokes by a time; whole strokes are the very same. */
function upTo(time, strokes, times) {
  const parts = strokes.map((stroke, i) => {
    const count = times[i].findLastIndex((at) => at <= time) + 1;
    return count < stroke.length ? stroke.slice(0, count) : stroke;
  });
  return parts.filter((stroke) => stroke.length);
}

export class Replay {
  #drawing;
  #button = byId("replay");
  #timer = 0;

  constructor(drawing) {
    this.#drawing = drawing;
    this.#button.addEventListener("click", () => {
      if (drawing.isPlaying) drawing.cancel();
      else if (drawing.strokes.length) this.#play();
    });
  }

  /** Show whether there is something to play, and whether it plays. */
  follow() {
    const { isPlaying, strokes } = this.#drawing;
    this.#button.toggleAttribute("data-plays", isPlaying);
    this.#button.setAttribute("aria-disabled", String(strokes.length === 0));
    byId("replay-text").textContent = isPlaying ? "Stop" : "Replay";
  }

  #play() {
    clearTimeout(this.#timer);
    const drawing = this.#drawing;
    const { strokes } = drawing;
    const whole = () => strokes.map((stroke, i) => stroke.map(() => i * STEP));
    const times = still.matches ? whole() : timeline(strokes, (stroke) => drawing.timesOf(stroke));
    const end = times.at(-1).at(-1);
    const start = performance.now();
    let shown = 0;
    const step = () => {
      if (shown && !drawing.isPlaying) return; // stopped, or drawn over
      const time = performance.now() - start;
      const now = upTo(time, strokes, times);
      const count = now.flat().length;
      if (count !== shown) drawing.play(now);
      shown = count;
      if (time <= end) still.matches ? (this.#timer = setTimeout(step, STEP / 4)) : requestAnimationFrame(step);
      else this.#timer = setTimeout(() => drawing.isPlaying && drawing.cancel(), still.matches ? STEP : REST);
    };
    step();
  }
}
