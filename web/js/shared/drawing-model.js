/* The drawing: strokes or a picture, with undo and redo. Pure: knows nothing of the page.

   A stroke is a list of [x, y] in units of the sheet, which is SIDE high and as wide or wider, x to the right and y down. */

export const SIDE = 1000;

const STEP = 8; // positions nearer than this show the hand's and the screen's jitter, not the stroke
const PACE = 0.9; // units a millisecond: how fast a stroke is taken to be drawn whose times nobody knows

const EMPTY = Object.freeze({ strokes: Object.freeze([]), picture: null });

/** A position kept on a sheet of this width, in whole units. */
export function clampToCanvas([x, y], width = SIDE) {
  const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most));
  return [within(x, width), within(y, SIDE)];
}

export class DrawingModel {
  #now = EMPTY;
  #past = [];
  #future = [];
  #live = null;
  #played = null;
  #times = new WeakMap(); // stroke -> when the pen was at each position
  #width = SIDE;
  #changed;

  /** `changed(how)` is called after every change: "extended" while a stroke grows, "replaced" for anything else. */
  constructor(changed = () => {}) {
    this.#changed = changed;
  }

  get strokes() {
    return this.#played ?? (this.#live ? [...this.#base, this.#live] : this.#now.strokes);
  }

  get picture() {
    return this.isDrawing ? null : this.#now.picture;
  }

  get width() {
    return this.#width;
  }

  get isEmpty() {
    return !this.picture && this.strokes.length === 0;
  }

  /** Whether the last stroke grows, under the pen or as it is played. */
  get isDrawing() {
    return this.#live !== null || this.isPlaying;
  }

  get isPlaying() {
    return this.#played !== null;
  }

  get canUndo() {
    return this.isDrawing || this.#past.length > 0;
  }

  get canRedo() {
    return !this.isDrawing && this.#future.length > 0;
  }

  /** When the pen was at each position of a stroke, in ms; as if at an even pace where nobody knows. */
  timesOf(stroke) {
    let way = 0;
    const evenly = () => stroke.map(([x, y], i) => (way += i && Math.hypot(x - stroke[i - 1][0], y - stroke[i - 1][1])) / PACE);
    return this.#times.get(stroke) ?? evenly();
  }

  /** Give the sheet another width. What reaches beyond it is made smaller, in all of the history. */
  resize(width) {
    this.cancel();
    this.#width = width;
    const states = [...this.#past, this.#now, ...this.#future];
    const fit = this.#fit(states.flatMap(({ strokes }) => strokes));
    const fitted = states.map((state) => ({ ...state, strokes: state.strokes.map(fit) }));
    this.#future = fitted.splice(this.#past.length + 1);
    this.#now = fitted.pop();
    this.#past = fitted;
    this.#changed("replaced");
  }

  /** Show strokes in the place of the drawing's own, the last of them growing, until null is played or it changes. */
  play(strokes) {
    this.#played = strokes;
    this.#changed(strokes ? "extended" : "replaced");
  }

  /** Put the pen down, at a time. A picture on the sheet gives way to the new drawing. */
  begin(position, time = performance.now()) {
    this.end();
    this.#played = null;
    this.#live = [clampToCanvas(position, this.#width)];
    this.#times.set(this.#live, [time]);
    this.#changed("extended");
  }

  /** Move the pen. Returns whether that added a position. */
  extend(position, time) {
    if (!this.#live) return false;
    const added = this.#add(clampToCanvas(position, this.#width), STEP, time);
    if (added) this.#changed("extended");
    return added;
  }

  /** Lift the pen, where it is if that is known: the stroke becomes one step of the history. */
  end(position, time) {
    if (!this.#live) return;
    if (position) this.#add(clampToCanvas(position, this.#width), 1, time);
    const stroke = this.#live;
    this.#live = null;
    this.#become({ strokes: [...this.#base, stroke], picture: null }, "extended");
  }

  /** Take back the stroke under the pen, as if it had not begun; play no more. */
  cancel() {
    if (!this.isDrawing) return;
    this.#live = this.#played = null;
    this.#changed("replaced");
  }

  /** Put a picture in the place of the drawing. */
  setPicture(picture) {
    this.#live = null;
    this.#become({ strokes: EMPTY.strokes, picture }, "replaced");
  }

  /** Put strokes in the place of the drawing, smaller if they reach beyond the sheet. */
  setStrokes(strokes) {
    this.#live = null;
    this.#become({ strokes: strokes.map(this.#fit(strokes)), picture: null }, "replaced");
  }

  /** Let the next stroke begin a new drawing, or with false go on with this one. */
  finish(finished = true) {
    this.#now = { ...this.#now, finished };
  }

  clear() {
    this.cancel();
    if (!this.isEmpty) this.#become(EMPTY, "replaced");
  }

  undo() {
    if (this.isDrawing) this.cancel();
    else this.#travel(this.#past, this.#future);
  }

  redo() {
    if (!this.isDrawing) this.#travel(this.#future, this.#past);
  }

  get #base() {
    return this.#now.finished ? EMPTY.strokes : this.#now.strokes;
  }

  #add([x, y], distance, time = performance.now()) {
    const [lastX, lastY] = this.#live.at(-1);
    if (Math.hypot(x - lastX, y - lastY) < distance) return false;
    this.#live.push([x, y]);
    this.#times.get(this.#live).push(time);
    return true;
  }

  /** What makes any of the strokes smaller, in the middle of the sheet's height, so far that all of them are on it. */
  #fit(strokes) {
    const factor = this.#width / Math.max(this.#width, ...strokes.flat().map(([x]) => x));
    if (factor === 1) return (stroke) => stroke;
    const made = new Map();
    return (stroke) => {
      if (made.has(stroke)) return made.get(stroke);
      const smaller = stroke.map(([x, y]) => clampToCanvas([x * factor, SIDE / 2 + (y - SIDE / 2) * factor], this.#width));
      this.#times.set(smaller, this.timesOf(stroke));
      made.set(stroke, smaller);
      return smaller;
    };
  }

  #become(next, how) {
    this.#played = null;
    this.#past.push(this.#now);
    this.#future = [];
    this.#now = next;
    this.#changed(how);
  }

  #travel(from, to) {
    if (from.length === 0) return;
    to.push(this.#now);
    this.#now = from.pop();
    this.#changed("replaced");
  }
}
