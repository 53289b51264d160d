/* The keyboard: short cuts for the whole page, and a pen for the pad that arrow keys move. */

import { clampToCanvas, SIDE } from "./drawing-model.js";

const STRIDE = SIDE / 25;
const FINE = SIDE / 100;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Undo, redo and clear from anywhere on the page, but for fields that need these keys themselves. */
export function listenForShortcuts(drawing) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.target.closest?.("select, input:not([type=radio]), textarea, dialog")) return;
    const key = event.key.toLowerCase();
    const command = event.ctrlKey || event.metaKey;
    if (command && !event.altKey && key === "z") event.shiftKey ? drawing.redo() : drawing.undo();
    else if (command && !event.altKey && key === "y") drawing.redo();
    else if (!command && ["escape", "delete", "backspace"].includes(key)) drawing.clear();
    else return;
    event.preventDefault();
  });
}

export class KeyboardPen {
  #canvas;
  #drawing;
  #pad;
  #say;
  #position = [SIDE / 2, SIDE / 2];
  #held = new Set();
  #down = false;

  constructor(canvas, drawing, pad, say) {
    this.#canvas = canvas;
    this.#drawing = drawing;
    this.#pad = pad;
    this.#say = say;
    canvas.addEventListener("keydown", (event) => this.#press(event));
    canvas.addEventListener("keyup", (event) => this.#held.delete(event.key));
    canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && this.#show());
    canvas.addEventListener("blur", () => this.#leave());
    canvas.addEventListener("pointerdown", () => this.#leave());
  }

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) this.#move(event);
    else if (event.key === " ") event.repeat || this.#toggle();
    else if (event.key === "Escape" && this.#down) this.#toggle();
    else return;
    event.preventDefault();
  }

  #move(event) {
    this.#held.add(event.key);
    const stride = event.shiftKey ? FINE : STRIDE;
    for (const key of this.#held) {
      const [x, y] = ARROWS[key];
      this.#position = clampToCanvas([this.#position[0] + x * stride, this.#position[1] + y * stride], this.#drawing.width);
    }
    if (this.#down) this.#drawing.extend(this.#position);
    this.#show();
  }

  #toggle() {
    this.#down = !this.#down;
    if (this.#down) this.#drawing.begin(this.#position);
    else this.#drawing.end();
    this.#say(this.#down ? "Pen down" : "Pen up");
    this.#show();
  }

  /** Undo or clear while the pen is down lifts it, too. */
  followDrawing() {
    if (!this.#down || (this.#drawing.isDrawing && !this.#drawing.isPlaying)) return;
    this.#down = false;
    this.#show();
  }

  #show() {
    this.#canvas.dataset.keyboard = "";
    this.#pad.mark({ position: this.#position, down: this.#down });
  }

  #leave() {
    this.#held.clear();
    if (this.#down) {
      this.#down = false;
      this.#drawing.end();
    }
    delete this.#canvas.dataset.keyboard;
    this.#pad.mark(null);
  }
}
