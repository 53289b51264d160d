/* The button that replays the strokes as they were drawn. */

import { byId } from "../shared/dom.js";
import { playStrokes } from "../shared/stroke-animation.js";

export class Replay {
  #drawing;
  #button = byId("replay");

  constructor(drawing) {
    this.#drawing = drawing;
    this.#button.addEventListener("click", () => {
      if (drawing.isPlaying) drawing.cancel();
      else if (drawing.strokes.length) playStrokes(drawing);
    });
  }

  /** Update the button: whether there is something to play, and whether it is playing. */
  update() {
    const { isPlaying, strokes } = this.#drawing;
    this.#button.toggleAttribute("data-playing", isPlaying);
    this.#button.setAttribute("aria-disabled", String(strokes.length === 0));
    byId("replay-text").textContent = isPlaying ? "Stop" : "Replay";
  }
}
