/* The sheet: all that drawing takes on the shared markup: pad, pens, keyboard, tools, pictures, and a link that holds it. */

import { byId } from "./dom.js";
import { DEFAULT_PEN_WIDTH, DrawingCanvas } from "./drawing-canvas.js";
import { DrawingModel } from "./drawing-model.js";
import { ImageInput, openPicture } from "./image-input.js";
import { KeyboardPen, listenForShortcuts } from "./keyboard-input.js";
import { loadStoredPicture, storePicture } from "./picture-storage.js";
import { PointerInput } from "./pointer-input.js";
import { decodeImage, decodeStrokes, encodeImage, encodeStrokes } from "./stroke-codec.js";
import { readState, saveState } from "./url-state.js";

const LINK = { ink: { default: null }, image: { default: null }, pen: { default: String(DEFAULT_PEN_WIDTH) } };
const PENS = [20, 200]; // the least and the most width of a pen, in units of the sheet
const LONGEST = 8_000; // characters of ink in a link: servers take 32 kB of headers at least
const PACE = 300; // ms between two changes of the link, of which browsers allow few a second

export class DrawingEditor {
  #keyboardPen;
  #changed = () => {}; // until the sheet is open
  #timer = 0;
  #kept = -Infinity; // when the link followed last
  #behind = false; // the link is
  #pen = DEFAULT_PEN_WIDTH;

  /** `changed(how)` hears of every change, "extended" or "replaced"; `voice` says what the pen does.
      linked: kept in the address. width: of the sheet, where it is wider than high, in its units. */
  constructor({ changed, liveRegion, linked = true, width }) {
    this.drawing = new DrawingModel((how) => this.#follow(how));
    if (width) this.drawing.resize(width);
    this.pad = new DrawingCanvas(byId("drawing-canvas"), this.drawing);
    this.#keyboardPen = new KeyboardPen(byId("drawing-canvas"), this.drawing, this.pad, (sentence) => liveRegion.announce(sentence, 0));
    new PointerInput(byId("drawing-canvas"), this.drawing);
    const ways = [["choose", "file"], ["photograph", "photo"]].map((names) => names.map(byId));
    new ImageInput(ways, byId("drawing-area"), (picture) => this.drawing.setPicture(picture), showNotice);
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
  get content() {
    const { strokes, picture } = this.drawing;
    return { strokes, picture, pen: this.#pen === DEFAULT_PEN_WIDTH ? undefined : this.#pen };
  }

  /** The pen's width in units of the sheet; all of a drawing has the same one. */
  get pen() {
    return this.#pen;
  }

  set pen(width) {
    this.#pen = width;
    this.pad.pen = width;
    if (!this.linked) return;
    saveState({ pen: LINK.pen }, { pen: String(width) });
    this.#changed("replaced");
  }

  /** Show the drawing that the link holds, or the picture that came along. */
  #open() {
    const { ink, image, pen } = readState(LINK).state;
    if (pen >= PENS[0] && pen <= PENS[1]) this.pen = Number(pen);
    const strokes = ink && decodeStrokes(ink);
    const rows = image && decodeImage(image);
    if (strokes) this.drawing.setStrokes(strokes);
    else if (rows) this.drawing.setPicture({ rows });
    else if (ink || image) showNotice("The drawing in this link is damaged, so the sheet is empty.");
    else this.#openKept();
  }

  async #openKept() {
    const blob = await loadStoredPicture();
    const picture = blob && (await openPicture(blob));
    if (picture && this.drawing.isEmpty) this.drawing.setPicture(picture);
  }

  #follow(how) {
    this.#show();
    showNotice("");
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
    byId("drawing-hint").hidden = !drawing.isEmpty;
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
    const ink = encodeStrokes(strokes);
    const image = picture?.rows ? encodeImage(picture.rows) : null;
    saveState(LINK, { ink: ink.length <= LONGEST ? ink : null, image, pen: String(this.#pen) });
    storePicture(picture?.blob ?? null);
  }
}

/** Say something on the sheet until the drawing changes. */
export function showNotice(sentence) {
  byId("notice").textContent = sentence;
}
