/* Keyboard shortcuts for the whole page, and drawing on the canvas with the arrow keys. */

import { clampToCanvas, SIDE } from "./drawing-model.js";

const STEP = SIDE / 25;
const FINE_STEP = SIDE / 100;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Undo, redo and clear from anywhere on the page except fields that need these keys themselves. */
export function listenForShortcuts(drawing) {
  addEventListener("keydown", (event) => {
    const isUsed = event.defaultPrevented || document.querySelector(":popover-open"); // Escape closes the menu
    if (isUsed || event.target.closest?.("select, input:not([type=radio]), textarea, dialog")) return;
    const key = event.key.toLowerCase();
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && !event.altKey && key === "z") event.shiftKey ? drawing.redo() : drawing.undo();
    else if (isCommand && !event.altKey && key === "y") drawing.redo();
    else if (!isCommand && ["escape", "delete", "backspace"].includes(key)) drawing.clear();
    else return;
    event.preventDefault();
  });
}

export class KeyboardPen {
  #element;
  #drawing;
  #canvas;
  #announce;
  #position = [SIDE / 2, SIDE / 2];
  #heldKeys = new Set();
  #isDown = false;

  /** element: the <canvas>; canvas: its DrawingCanvas, which shows the pen. */
  constructor(element, drawing, canvas, announce) {
    this.#element = element;
    this.#drawing = drawing;
    this.#canvas = canvas;
    this.#announce = announce;
    element.addEventListener("keydown", (event) => this.#press(event));
    element.addEventListener("keyup", (event) => this.#heldKeys.delete(event.key));
    element.addEventListener("focus", () => element.matches(":focus-visible") && this.#show());
    element.addEventListener("blur", () => this.#leave());
    element.addEventListener("pointerdown", () => this.#leave());
  }

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) this.#move(event);
    else if (event.key === " ") event.repeat || this.#toggle();
    else if (event.key === "Escape" && this.#isDown) this.#toggle();
    else return;
    event.preventDefault();
  }

  #move(event) {
    this.#heldKeys.add(event.key);
    const step = event.shiftKey ? FINE_STEP : STEP;
    for (const key of this.#heldKeys) {
      const [x, y] = ARROWS[key];
      this.#position = clampToCanvas([this.#position[0] + x * step, this.#position[1] + y * step], this.#drawing.width);
    }
    if (this.#isDown) this.#drawing.extend(this.#position);
    this.#show();
  }

  #toggle() {
    this.#isDown = !this.#isDown;
    if (this.#isDown) this.#drawing.begin(this.#position);
    else this.#drawing.end();
    this.#announce(this.#isDown ? "Pen down" : "Pen up");
    this.#show();
  }

  /** Lift the pen if the drawing was undone or cleared while it was down. */
  followDrawing() {
    if (!this.#isDown || (this.#drawing.isDrawing && !this.#drawing.isPlaying)) return;
    this.#isDown = false;
    this.#show();
  }

  #show() {
    this.#element.dataset.keyboard = "";
    this.#canvas.showCursor({ position: this.#position, isDown: this.#isDown });
  }

  #leave() {
    this.#heldKeys.clear();
    if (this.#isDown) {
      this.#isDown = false;
      this.#drawing.end();
    }
    delete this.#element.dataset.keyboard;
    this.#canvas.showCursor(null);
  }
}
