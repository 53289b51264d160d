/* Plays strokes as they were drawn, while the predictions follow. */

const PAUSE_RANGE = [150, 600]; // ms between two strokes, whatever the actual pause
const STROKE_TIME = 700; // ms per stroke with reduced motion
const END_TIME = 500; // ms that the end is shown

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** The times of the positions of each stroke, in ms from the start. */
export function timeline(strokes, timesOf) {
  let [clock, last] = [0, null];
  return strokes.map((stroke) => {
    const times = timesOf(stroke);
    const begin = clock + (last === null ? 0 : Math.min(Math.max(times[0] - last, PAUSE_RANGE[0]), PAUSE_RANGE[1]));
    last = times.at(-1);
    clock = begin + last - times[0];
    return times.map((time) => begin + time - times[0]);
  });
}

/** The part of the strokes drawn by a time; complete strokes are returned as they are. */
function drawnUntil(time, strokes, times) {
  const parts = strokes.map((stroke, i) => {
    const count = times[i].findLastIndex((at) => at <= time) + 1;
    return count < stroke.length ? stroke.slice(0, count) : stroke;
  });
  return parts.filter((stroke) => stroke.length);
}

let newest = 0; // an animation ends when the next one begins

/** Play the strokes of a drawing until they are complete or the drawing changes. */
export function playStrokes(drawing) {
  const number = ++newest;
  const { strokes } = drawing;
  const wholeStrokes = () => strokes.map((stroke, i) => stroke.map(() => i * STROKE_TIME));
  const times = reducedMotion.matches ? wholeStrokes() : timeline(strokes, (stroke) => drawing.timesOf(stroke));
  const end = times.at(-1).at(-1);
  const start = performance.now();
  let shown = 0;
  const step = () => {
    if (number !== newest || (shown && !drawing.isPlaying)) return; // stopped or drawn over
    const time = performance.now() - start;
    const part = drawnUntil(time, strokes, times);
    const count = part.flat().length;
    if (count !== shown) drawing.play(part);
    shown = count;
    const isReduced = reducedMotion.matches;
    if (time <= end) isReduced ? setTimeout(step, STROKE_TIME / 4) : requestAnimationFrame(step);
    else setTimeout(() => number === newest && drawing.isPlaying && drawing.cancel(), isReduced ? STROKE_TIME : END_TIME);
  };
  step();
}
