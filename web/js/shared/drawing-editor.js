/* The sheet: all that drawing takes on the shared markup: pad, pens, keyboard, tools, pictures, and a link that holds it. */

import { byId } from "./dom.js";
import { Pad, PEN } from "./drawing-canvas.js";
import { Drawing } from "./drawing-model.js";
import { Intake, open } from "./image-input.js";
import { KeyboardPen, listenForShortcuts } from "./keyboard-input.js";
import { keepPicture, keptPicture } from "./picture-storage.js";
import { Pen } from "./pointer-input.js";
import { packImage, packStrokes, unpackImage, unpackStrokes } from "./stroke-codec.js";
import { keepState, readState } from "./url-state.js";

const LINK = { ink: { default: null }, image: { default: null }, pen: { default: String(PEN) } };
const PENS = [20, 200]; // the least and the most width of a pen, in units of the sheet
const LONGEST = 8_000; // characters of ink in a link: servers take 32 kB of headers at least
const PACE = 300; // ms between two changes of the link, of which browsers allow few a second

export class Sheet {
  #keyboardPen;
  #changed = () => {}; // until the sheet is open
  #timer = 0;
  #kept = -Infinity; // when the link followed last
  #behind = false; // the link is
  #pen = PEN;

  /** `changed(how)` hears of every change, "extended" or "replaced"; `voice` says what the pen does.
      linked: kept in the address. width: of the sheet, where it is wider than high, in its units. */
  constructor({ changed, voice, linked = true, width }) {
    this.drawing = new Drawing((how) => this.#follow(how));
    if (width) this.drawing.resize(width);
    this.pad = new Pad(byId("pad"), this.drawing);
    this.#keyboardPen = new KeyboardPen(byId("pad"), this.drawing, this.pad, (sentence) => voice.say(sentence, 0));
    new Pen(byId("pad"), this.drawing);
    const ways = [["choose", "file"], ["photograph", "photo"]].map((names) => names.map(byId));
    new Intake(ways, byId("sheet"), (picture) => this.drawing.show(picture), notice);
    listenForShortcuts(this.drawing);
    for (const tool of ["undo", "redo", "clear"]) byId(tool).addEventListener("click", () => this.drawing[tool]());
    this.linked = linked;
    if (linked) this.#open();
    addEventListener("pagehide", () => this.#leave());
    addEventListener("click", (event) => event.target.closest?.("a") && this.#leave(), true);
    this.#show();
    this.#changed = changed;
  }

  /** What `drawn` of the API takes: the pen's width only where it is another than the server's own idea of one. */
  get question() {
    const { strokes, picture } = this.drawing;
    return { strokes, picture, pen: this.#pen === PEN ? undefined : this.#pen };
  }

  /** The pen's width in units of the sheet; all of a drawing has the same one. */
  get pen() {
    return this.#pen;
  }

  set pen(width) {
    this.#pen = width;
    this.pad.pen = width;
    if (!this.linked) return;
    keepState({ pen: LINK.pen }, { pen: String(width) });
    this.#changed("replaced");
  }

  /** Show the drawing that the link holds, or the picture that came along. */
  #open() {
    const { ink, image, pen } = readState(LINK).state;
    if (pen >= PENS[0] && pen <= PENS[1]) this.pen = Number(pen);
    const strokes = ink && unpackStrokes(ink);
    const rows = image && unpackImage(image);
    if (strokes) this.drawing.write(strokes);
    else if (rows) this.drawing.show({ rows });
    else if (ink || image) notice("The drawing in this link is damaged, so the sheet is empty.");
    else this.#openKept();
  }

  async #openKept() {
    const blob = await keptPicture();
    const picture = blob && (await open(blob));
    if (picture && this.drawing.isEmpty) this.drawing.show(picture);
  }

  #follow(how) {
    this.#show();
    notice("");
    if (this.linked && !this.drawing.isDrawing) {
      this.#behind = true;
      clearTimeout(this.#timer);
      const early = this.#kept + PACE - performance.now();
      if (early > 0) this.#timer = setTimeout(() => this.#keep(), early);
      else this.#keep();
    }
    this.#changed(how);
  }

  #show() {
    const { drawing } = this;
    this.pad?.refresh();
    this.#keyboardPen?.followDrawing();
    byId("invitation").hidden = !drawing.isEmpty;
    for (const [tool, able] of [["undo", drawing.canUndo], ["redo", drawing.canRedo], ["clear", !drawing.isEmpty]]) {
      byId(tool).setAttribute("aria-disabled", String(!able)); // not disabled: it keeps the keyboard's focus
    }
  }

  #leave() {
    if (this.drawing.isPlaying) this.drawing.cancel();
    this.#keep();
  }

  #keep() {
    clearTimeout(this.#timer);
    if (this.drawing.isDrawing || !this.#behind) return;
    [this.#behind, this.#kept] = [false, performance.now()];
    const { strokes, picture } = this.drawing;
    const ink = packStrokes(strokes);
    const image = picture?.rows ? packImage(picture.rows) : null;
    keepState(LINK, { ink: ink.length <= LONGEST ? ink : null, image, pen: String(this.#pen) });
    keepPicture(picture?.blob ?? null);
  }
}

/** Say something on the sheet until the drawing changes. */
export function notice(sentence) {
  byId("notice").textContent = sentence;
}
