/* The pen: mouse, stylus and finger on the pad become strokes.

   Palm rejection: once a stylus has been seen, fingers and palms no longer draw, and a touch that was
   drawing when the stylus came down is taken back. */

import { SIDE } from "./drawing-model.js";

export class PointerInput {
  #pad;
  #drawing;
  #pointer = null; // the one that draws: {id, type, box}
  #stylusSeen = false;

  constructor(pad, drawing) {
    this.#pad = pad;
    this.#drawing = drawing;
    pad.addEventListener("pointerdown", (event) => this.#down(event));
    pad.addEventListener("pointermove", (event) => this.#move(event));
    pad.addEventListener("pointerup", (event) => this.#up(event));
    pad.addEventListener("pointercancel", (event) => this.#cancel(event));
    pad.addEventListener("pointerover", (event) => this.#notice(event));
    pad.addEventListener("contextmenu", (event) => this.#pointer && event.preventDefault()); // a long touch is a stroke
  }

  #notice(event) {
    if (event.pointerType === "pen") this.#stylusSeen = true;
  }

  #down(event) {
    this.#notice(event);
    if (event.button !== 0 || (event.pointerType === "touch" && this.#stylusSeen)) return;
    if (this.#pointer) {
      if (this.#pointer.type !== "touch" || event.pointerType !== "pen") return; // a second finger
      this.#drawing.cancel();
    }
    this.#pad.setPointerCapture(event.pointerId);
    this.#pointer = { id: event.pointerId, type: event.pointerType, box: this.#pad.getBoundingClientRect() };
    this.#drawing.begin(this.#position(event), event.timeStamp);
  }

  #move(event) {
    this.#notice(event);
    if (event.pointerId !== this.#pointer?.id) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) this.#drawing.extend(this.#position(one), one.timeStamp);
  }

  #up(event) {
    if (event.pointerId !== this.#pointer?.id) return;
    const position = this.#position(event);
    this.#pointer = null;
    this.#drawing.end(position, event.timeStamp);
  }

  #cancel(event) {
    if (event.pointerId !== this.#pointer?.id) return;
    this.#pointer = null;
    this.#drawing.cancel();
  }

  #position(event) {
    const { left, top, width, height } = this.#pointer.box;
    return [((event.clientX - left) / width) * this.#drawing.width, ((event.clientY - top) / height) * SIDE];
  }
}
