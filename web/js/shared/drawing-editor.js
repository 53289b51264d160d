/* Connects everything for drawing: canvas, pointer and keyboard input, tools, pictures, and the link that holds the drawing. */

import { byId } from "./dom.js";
import { DEFAULT_PEN_WIDTH, DrawingCanvas } from "./drawing-canvas.js";
import { DrawingModel } from "./drawing-model.js";
import { ImageInput, openPicture } from "./image-input.js";
import { KeyboardPen, listenForShortcuts } from "./keyboard-input.js";
import { loadStoredPicture, storePicture } from "./picture-storage.js";
import { PointerInput } from "./pointer-input.js";
import { decodeImage, decodeStrokes, encodeImage, encodeStrokes } from "./stroke-codec.js";
import { readState, saveState, setMissingFromLink } from "./url-state.js";

const DECLARED = { ink: { default: null }, image: { default: null }, pen: { default: String(DEFAULT_PEN_WIDTH) } };
const PEN_WIDTHS = [20, 200]; // minimum and maximum, in units of the drawing
const MAX_LINK = 8_000; // characters of strokes in a link: servers accept at least 32 kB of headers
const SAVE_INTERVAL = 300; // ms between two changes of the address: browsers limit their rate
const PICTURE_MISSING = "It doesn’t include your picture, which is too large for a link.";
const STROKES_MISSING = "It doesn’t include your drawing, which has too many strokes for a link.";
const PICTURE_ERRORS = ["unsupported_picture", "corrupt_picture", "empty_picture", "too_large", "time_limit_exceeded", "upload_failed"];
const DAMAGED = "The drawing in this link is damaged.";

export class DrawingEditor {
  #keyboardPen;
  #onChange = () => {}; // until the constructor is done
  #timer = 0;
  #lastSaved = -Infinity;
  #isUnsaved = false;
  #penWidth = DEFAULT_PEN_WIDTH;

  /** `onChange(kind)` is called for every change, "extended" or "replaced". isLinked: whether the address holds the drawing.
      width: of the canvas, if it isn't square, in units of the drawing. */
  constructor({ onChange, liveRegion, isLinked = true, width }) {
    this.drawing = new DrawingModel((kind) => this.#handleChange(kind));
    if (width) this.drawing.resize(width);
    const element = byId("drawing-canvas");
    this.canvas = new DrawingCanvas(element, this.drawing);
    this.#keyboardPen = new KeyboardPen(element, this.drawing, this.canvas, (sentence) => liveRegion.announce(sentence, 0));
    new PointerInput(element, this.drawing);
    const buttons = [["choose", "file"], ["photograph", "photo"]].map((ids) => ids.map(byId));
    new ImageInput(buttons, byId("drawing-area"), (picture) => this.drawing.setPicture(picture), showNotice);
    listenForShortcuts(this.drawing);
    for (const tool of ["undo", "redo", "clear"]) byId(tool).addEventListener("click", () => this.drawing[tool]());
    this.isLinked = isLinked;
    if (isLinked) this.#restore();
    addEventListener("pagehide", () => this.#leave());
    addEventListener("click", (event) => event.target.closest?.("a, [data-uses-link]") && this.#leave(), true);
    this.#update();
    this.#onChange = onChange;
  }

  /** The drawing for `drawingRequest`; the pen width only if it isn't the server's default. */
  get content() {
    const { strokes, picture } = this.drawing;
    return { strokes, picture, pen: this.#penWidth === DEFAULT_PEN_WIDTH ? undefined : this.#penWidth };
  }

  /** The pen width in units of the drawing, the same for all strokes. */
  get penWidth() {
    return this.#penWidth;
  }

  set penWidth(width) {
    this.#penWidth = width;
    this.canvas.penWidth = width;
    if (!this.isLinked) return;
    saveState({ pen: DECLARED.pen }, { pen: String(width) });
    this.#onChange("replaced");
  }

  /** Show examples of labels, or of numbers of them, below the canvas. */
  async showExamples(labels, isNumber = false) {
    const gallery = await import("../gallery/gallery.js");
    await gallery.showExamples(this, labels, isNumber);
  }

  /** Don't restore the picture after a reload if an error means that it can't be read. */
  handlePictureError({ code }) {
    const { picture } = this.drawing;
    if (!picture?.blob || !PICTURE_ERRORS.includes(code)) return;
    picture.isRejected = true;
    storePicture(null);
  }

  /** Show the drawing of the link, or the picture stored for this tab. */
  #restore() {
    const { ink, image, pen } = readState(DECLARED).state;
    if (pen >= PEN_WIDTHS[0] && pen <= PEN_WIDTHS[1]) this.penWidth = Number(pen);
    const strokes = ink && decodeStrokes(ink);
    const rows = image && decodeImage(image);
    if (strokes) this.drawing.setStrokes(strokes);
    else if (rows) this.drawing.setPicture({ rows });
    else if (ink || image) showNotice(DAMAGED, "damaged_link");
    else this.#restorePicture();
  }

  async #restorePicture() {
    const blob = await loadStoredPicture();
    const picture = blob && (await openPicture(blob));
    if (picture && this.drawing.isEmpty) this.drawing.setPicture(picture);
  }

  #handleChange(kind) {
    this.#update();
    showNotice("");
    if (this.isLinked && !this.drawing.isDrawing) {
      this.#isUnsaved = true;
      clearTimeout(this.#timer);
      const delay = this.#lastSaved + SAVE_INTERVAL - performance.now();
      if (delay > 0) this.#timer = setTimeout(() => this.#save(), delay);
      else this.#save();
    }
    this.#onChange(kind);
  }

  #update() {
    const { drawing } = this;
    this.canvas?.refresh();
    this.#keyboardPen?.followDrawing();
    byId("drawing-hint").hidden = !drawing.isEmpty;
    for (const [tool, isEnabled] of [["undo", drawing.canUndo], ["redo", drawing.canRedo], ["clear", !drawing.isEmpty]]) {
      byId(tool).setAttribute("aria-disabled", String(!isEnabled)); // `disabled` would lose the keyboard focus
    }
  }

  #leave() {
    if (this.drawing.isPlaying) this.drawing.cancel();
    this.#save();
  }

  #save() {
    clearTimeout(this.#timer);
    if (this.drawing.isDrawing || !this.#isUnsaved) return;
    [this.#isUnsaved, this.#lastSaved] = [false, performance.now()];
    const { strokes, picture } = this.drawing;
    const ink = encodeStrokes(strokes);
    const image = picture?.rows ? encodeImage(picture.rows) : null;
    saveState(DECLARED, { ink: ink.length <= MAX_LINK ? ink : null, image, pen: String(this.#penWidth) });
    setMissingFromLink(picture?.blob ? PICTURE_MISSING : ink.length > MAX_LINK ? STROKES_MISSING : null);
    storePicture((!picture?.isRejected && picture?.blob) || null);
  }
}

/** Show a sentence over the canvas until the drawing changes; `code` identifies it. */
export function showNotice(sentence, code = "") {
  byId("notice").textContent = sentence;
  byId("notice").dataset.code = code;
}
