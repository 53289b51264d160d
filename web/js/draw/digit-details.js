/* What can be done with one digit of a number: see its image, look inside the network, correct its label. */

import { byId } from "../shared/dom.js";
import { paintImage } from "../shared/image-canvas.js";
import { encodeImage } from "../shared/stroke-codec.js";
import { Correction } from "./correction.js";

export class DigitDetails {
  #section = byId("digit-details");
  #correction = new Correction(byId("open-digit-correction"), byId("digit-correction-status"));
  #shown = null; // the encoded image of the digit

  /** Show a digit of a result of `readNumbers`. */
  show(digit, { labels, model, sha256 }) {
    const { image, label } = digit;
    const encoded = encodeImage(image);
    if (encoded !== this.#shown) this.#correction.clearStatus();
    this.#shown = encoded;
    this.#section.hidden = false;
    paintImage(byId("digit-image"), image);
    byId("digit-inside").search = new URLSearchParams({ ...(this.#isModelChosen && { model }), image: encoded });
    this.#correction.enable({ picture: { rows: image } }, { labels, model, sha256, predictions: [{ label }] });
  }

  clear() {
    this.#section.hidden = true;
    this.#shown = null;
    this.#correction.disable();
    this.#correction.clearStatus();
  }

  get #isModelChosen() {
    return new URLSearchParams(location.search).has("model");
  }
}
