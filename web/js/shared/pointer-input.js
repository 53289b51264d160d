/* Turns mouse, stylus and touch input on the canvas into strokes.

   Palm rejection: once a stylus has been used, touches no longer draw, and a touch that was drawing when the stylus came down
   is undone. */

import { SIDE } from "./drawing-model.js";

export class PointerInput {
  #canvas;
  #drawing;
  #pointer = null; // the one that draws: {id, type, box}
  #hasStylus = false;

  constructor(canvas, drawing) {
    this.#canvas = canvas;
    this.#drawing = drawing;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#cancel(event));
    canvas.addEventListener("pointerover", (event) => this.#detectStylus(event));
    canvas.addEventListener("contextmenu", (event) => this.#pointer && event.preventDefault()); // a long touch is a stroke
  }

  #detectStylus(event) {
    if (event.pointerType === "pen") this.#hasStylus = true;
  }

  #down(event) {
    this.#detectStylus(event);
    if (event.button !== 0 || (event.pointerType === "touch" && this.#hasStylus)) return;
    if (this.#pointer) {
      if (this.#pointer.type !== "touch" || event.pointerType !== "pen") return; // a second finger
      this.#drawing.cancel();
    }
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointer = { id: event.pointerId, type: event.pointerType, box: this.#canvas.getBoundingClientRect() };
    this.#drawing.begin(this.#position(event), event.timeStamp);
  }

  #move(event) {
    this.#detectStylus(event);
    if (event.pointerId !== this.#pointer?.id) return;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    for (const each of coalesced.length ? coalesced : [event]) this.#drawing.extend(this.#position(each), each.timeStamp);
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
