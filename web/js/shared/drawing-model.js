/* The drawing as data: strokes or a picture, with undo and redo. Independent of the page.

   A stroke is a list of [x, y], x to the right and y down. The drawing is SIDE units high and at least as wide. */

export const SIDE = 1000;

const MIN_DISTANCE = 8; // positions closer than this are jitter
const DEFAULT_SPEED = 0.9; // units a millisecond, for strokes without times

const EMPTY = Object.freeze({ strokes: Object.freeze([]), picture: null });

/** A position rounded to whole units within a drawing of this width. */
export function clampToCanvas([x, y], width = SIDE) {
  const clamp = (value, max) => Math.round(Math.min(Math.max(value, 0), max));
  return [clamp(x, width), clamp(y, SIDE)];
}

export class DrawingModel {
  #state = EMPTY;
  #undoStack = [];
  #redoStack = [];
  #liveStroke = null;
  #played = null;
  #times = new WeakMap(); // stroke -> the time of each position
  #width = SIDE;
  #onChange;

  /** `onChange(kind)` is called after every change: "extended" while a stroke grows, "replaced" for anything else. */
  constructor(onChange = () => {}) {
    this.#onChange = onChange;
  }

  get strokes() {
    return this.#played ?? (this.#liveStroke ? [...this.#finishedStrokes, this.#liveStroke] : this.#state.strokes);
  }

  get picture() {
    return this.isDrawing ? null : this.#state.picture;
  }

  get width() {
    return this.#width;
  }

  get isEmpty() {
    return !this.picture && this.strokes.length === 0;
  }

  /** Whether the last stroke is growing, under the pen or during a replay. */
  get isDrawing() {
    return this.#liveStroke !== null || this.isPlaying;
  }

  get isPlaying() {
    return this.#played !== null;
  }

  get canUndo() {
    return this.isDrawing || this.#undoStack.length > 0;
  }

  get canRedo() {
    return !this.isDrawing && this.#redoStack.length > 0;
  }

  /** The time of each position of a stroke, in ms; without recorded times, as if drawn at constant speed. */
  timesOf(stroke) {
    let length = 0;
    const estimate = () =>
      stroke.map(([x, y], i) => (length += i && Math.hypot(x - stroke[i - 1][0], y - stroke[i - 1][1])) / DEFAULT_SPEED);
    return this.#times.get(stroke) ?? estimate();
  }

  /** Change the width. Strokes that no longer fit are scaled down, in the whole history. */
  resize(width) {
    this.cancel();
    this.#width = width;
    const states = [...this.#undoStack, this.#state, ...this.#redoStack];
    const fit = this.#fit(states.flatMap(({ strokes }) => strokes));
    const fitted = states.map((state) => ({ ...state, strokes: state.strokes.map(fit) }));
    this.#redoStack = fitted.splice(this.#undoStack.length + 1);
    this.#state = fitted.pop();
    this.#undoStack = fitted;
    this.#onChange("replaced");
  }

  /** Show these strokes in place of the drawing, the last one growing, until called with null or the drawing changes. */
  play(strokes) {
    this.#played = strokes;
    this.#onChange(strokes ? "extended" : "replaced");
  }

  /** Put the pen down. A new drawing replaces a picture. */
  begin(position, time = performance.now()) {
    this.end();
    this.#played = null;
    this.#liveStroke = [clampToCanvas(position, this.#width)];
    this.#times.set(this.#liveStroke, [time]);
    this.#onChange("extended");
  }

  /** Move the pen. Returns whether a position was added. */
  extend(position, time) {
    if (!this.#liveStroke) return false;
    const isAdded = this.#add(clampToCanvas(position, this.#width), MIN_DISTANCE, time);
    if (isAdded) this.#onChange("extended");
    return isAdded;
  }

  /** Lift the pen, at a position if it is known: the stroke becomes one undo step. */
  end(position, time) {
    if (!this.#liveStroke) return;
    if (position) this.#add(clampToCanvas(position, this.#width), 1, time);
    const stroke = this.#liveStroke;
    this.#liveStroke = null;
    this.#commit({ strokes: [...this.#finishedStrokes, stroke], picture: null }, "extended");
  }

  /** Discard the current stroke and stop a replay. */
  cancel() {
    if (!this.isDrawing) return;
    this.#liveStroke = this.#played = null;
    this.#onChange("replaced");
  }

  /** Replace the drawing by a picture. */
  setPicture(picture) {
    this.#liveStroke = null;
    this.#commit({ strokes: EMPTY.strokes, picture }, "replaced");
  }

  /** Replace the drawing by strokes, scaled down if they don't fit. */
  setStrokes(strokes) {
    this.#liveStroke = null;
    this.#commit({ strokes: strokes.map(this.#fit(strokes)), picture: null }, "replaced");
  }

  /** Let the next stroke start a new drawing, or with false continue this one. */
  finish(isFinished = true) {
    this.#state = { ...this.#state, isFinished };
  }

  clear() {
    this.cancel();
    if (!this.isEmpty) this.#commit(EMPTY, "replaced");
  }

  undo() {
    if (this.isDrawing) this.cancel();
    else this.#step(this.#undoStack, this.#redoStack);
  }

  redo() {
    if (!this.isDrawing) this.#step(this.#redoStack, this.#undoStack);
  }

  get #finishedStrokes() {
    return this.#state.isFinished ? EMPTY.strokes : this.#state.strokes;
  }

  #add([x, y], minDistance, time = performance.now()) {
    const [lastX, lastY] = this.#liveStroke.at(-1);
    if (Math.hypot(x - lastX, y - lastY) < minDistance) return false;
    this.#liveStroke.push([x, y]);
    this.#times.get(this.#liveStroke).push(time);
    return true;
  }

  /** A function that scales a stroke down, about the vertical center, so far that all the given strokes fit. */
  #fit(strokes) {
    const factor = this.#width / Math.max(this.#width, ...strokes.flat().map(([x]) => x));
    if (factor === 1) return (stroke) => stroke;
    const cache = new Map();
    return (stroke) => {
      if (cache.has(stroke)) return cache.get(stroke);
      const scaled = stroke.map(([x, y]) => clampToCanvas([x * factor, SIDE / 2 + (y - SIDE / 2) * factor], this.#width));
      this.#times.set(scaled, this.timesOf(stroke));
      cache.set(stroke, scaled);
      return scaled;
    };
  }

  #commit(state, kind) {
    this.#played = null;
    this.#undoStack.push(this.#state);
    this.#redoStack = [];
    this.#state = state;
    this.#onChange(kind);
  }

  #step(from, to) {
    if (from.length === 0) return;
    to.push(this.#state);
    this.#state = from.pop();
    this.#onChange("replaced");
  }
}
