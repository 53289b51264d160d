/* The drawing: strokes or a picture, with undo and redo. Pure: knows nothing of the page.

   A stroke is a list of [x, y] in units of the sheet, SIDE a side, x to the right and y down. */

export const SIDE = 1000;

const STEP = 8; // positions nearer than this show the hand's and the screen's jitter, not the stroke

const EMPTY = Object.freeze({ strokes: Object.freeze([]), picture: null });

/** A position kept on the sheet, in whole units. */
export function onSheet([x, y]) {
  const within = (value) => Math.round(Math.min(Math.max(value, 0), SIDE));
  return [within(x), within(y)];
}

export class Drawing {
  #now = EMPTY;
  #past = [];
  #future = [];
  #live = null;
  #changed;

  /** `changed(how)` is called after every change: "extended" while a stroke grows, "replaced" for anything else. */
  constructor(changed = () => {}) {
    this.#changed = changed;
  }

  get strokes() {
    return this.#live ? [...this.#now.strokes, this.#live] : this.#now.strokes;
  }

  get picture() {
    return this.#live ? null : this.#now.picture;
  }

  get isEmpty() {
    return !this.picture && this.strokes.length === 0;
  }

  get isDrawing() {
    return this.#live !== null;
  }

  get canUndo() {
    return this.#live !== null || this.#past.length > 0;
  }

  get canRedo() {
    return this.#live === null && this.#future.length > 0;
  }

  /** Put the pen down. A picture on the sheet gives way to the new drawing. */
  begin(position) {
    this.end();
    this.#live = [onSheet(position)];
    this.#changed("extended");
  }

  /** Move the pen. Returns whether that added a position. */
  extend(position) {
    if (!this.#live) return false;
    const added = this.#add(onSheet(position), STEP);
    if (added) this.#changed("extended");
    return added;
  }

  /** Lift the pen, where it is if that is known: the stroke becomes one step of the history. */
  end(position) {
    if (!this.#live) return;
    if (position) this.#add(onSheet(position), 1);
    const stroke = this.#live;
    this.#live = null;
    this.#become({ strokes: [...this.#now.strokes, stroke], picture: null }, "extended");
  }

  /** Take back the stroke under the pen, as if it had not begun. */
  cancel() {
    if (!this.#live) return;
    this.#live = null;
    this.#changed("replaced");
  }

  /** Put a picture in the place of the drawing. */
  show(picture) {
    this.#live = null;
    this.#become({ strokes: EMPTY.strokes, picture }, "replaced");
  }

  /** Put strokes in the place of the drawing. */
  write(strokes) {
    this.#live = null;
    this.#become({ strokes, picture: null }, "replaced");
  }

  clear() {
    this.cancel();
    if (!this.isEmpty) this.#become(EMPTY, "replaced");
  }

  undo() {
    if (this.#live) this.cancel();
    else this.#travel(this.#past, this.#future);
  }

  redo() {
    if (!this.#live) this.#travel(this.#future, this.#past);
  }

  #add([x, y], distance) {
    const [lastX, lastY] = this.#live.at(-1);
    if (Math.hypot(x - lastX, y - lastY) < distance) return false;
    this.#live.push([x, y]);
    return true;
  }

  #become(next, how) {
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
