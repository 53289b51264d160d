/* Places the card beside the part of the page that it explains, which is outlined, and follows it. */

import { CARD_SIDES } from "./tour-file.js";

const GAP = 16; // CSS pixels between the card and the part, and to the edges of the window
const MIN_GROWTH = 64; // CSS pixels by which a part grows before it is scrolled to again
const SIDES = CARD_SIDES.filter((side) => side !== "corner");

const narrow = matchMedia("(max-width: 43.99em)"); // the card is at the bottom, see tour.css
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export class CardPlacement {
  #card;
  #onChange;
  #frame = 0;
  #side = null;
  #height = -Infinity; // of the anchor, when it was last scrolled to
  #schedule = () => (this.#frame ||= requestAnimationFrame(() => this.#run()));
  #mutations = new MutationObserver(this.#schedule);
  #sizes = new ResizeObserver(this.#schedule);

  /** `onChange()` is called once per frame in which the page changed, was scrolled or resized. */
  constructor(card, onChange) {
    this.#card = card;
    this.#onChange = onChange;
    this.anchor = null;
    this.#mutations.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    this.#sizes.observe(card);
    for (const type of ["scroll", "resize", "pointermove", "focusin", "keyup"]) addEventListener(type, this.#schedule, true);
  }

  /** Place the card beside the first visible element of a selector, preferably on a side, and scroll to an element that is new or has
      grown. */
  follow(selector, side) {
    const matches = selector ? [...document.querySelectorAll(selector)] : [];
    const anchor = matches.find((element) => element.checkVisibility()) ?? null;
    if (anchor !== this.anchor) {
      this.#release();
      anchor?.setAttribute("data-tour-anchor", "");
      if (anchor) this.#sizes.observe(anchor);
      this.anchor = anchor;
      this.#height = -Infinity;
    }
    this.#side = side;
    if (anchor?.getBoundingClientRect().height > this.#height + MIN_GROWTH) this.scrollToAnchor();
    this.#place();
  }

  /** Scroll so that the outlined part is visible beside the card. */
  scrollToAnchor() {
    if (!this.anchor) return;
    const { top, bottom, height } = this.anchor.getBoundingClientRect();
    this.#height = height;
    const [start, end] = this.#visibleRange();
    if (top >= start && bottom <= end) return;
    const block = narrow.matches || height > end - start ? "start" : this.#side === "above" ? "end" : "center";
    this.anchor.scrollIntoView({ block, behavior: reducedMotion.matches ? "auto" : "smooth" });
  }

  /** Where the window isn't covered by the card: from and to, in CSS pixels. A card beside the part is placed afterwards. */
  #visibleRange() {
    if (!narrow.matches) return [0, innerHeight];
    const { top, bottom } = this.#card.getBoundingClientRect();
    return top > 0 ? [0, top] : [bottom, innerHeight];
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.#mutations.disconnect();
    this.#release();
    this.#sizes.disconnect();
    for (const type of ["scroll", "resize", "pointermove", "focusin", "keyup"]) removeEventListener(type, this.#schedule, true);
  }

  #run() {
    this.#frame = 0;
    this.#onChange();
    this.#mutations.takeRecords(); // the card's own changes
  }

  #release() {
    this.anchor?.removeAttribute("data-tour-anchor");
    if (this.anchor) this.#sizes.unobserve(this.anchor);
    this.anchor = null;
  }

  #place() {
    const { style, dataset, offsetWidth: width, offsetHeight: height } = this.#card;
    const box = this.anchor?.getBoundingClientRect();
    const order = [this.#side, ...SIDES].filter((side) => SIDES.includes(side));
    const side = (box && !narrow.matches && this.#side !== "corner" && order.find((each) => fits(each, box, width, height))) || "corner";
    dataset.side = side;
    style.left = style.top = "";
    if (side === "corner") return;
    const clamp = (value, max) => `${Math.max(GAP, Math.min(value, max - GAP))}px`;
    const left = { right: box.right + GAP, left: box.left - GAP - width }[side] ?? box.left;
    const top = { below: box.bottom + GAP, above: box.top - GAP - height }[side] ?? box.top;
    style.left = clamp(left, document.documentElement.clientWidth - width);
    style.top = clamp(top, innerHeight - height);
  }
}

/** Whether the card has room on a side of the box, within the window. */
function fits(side, { left, top, right, bottom }, width, height) {
  const room = { right: document.documentElement.clientWidth - right, left, below: innerHeight - bottom, above: top }[side];
  return room >= (side === "right" || side === "left" ? width : height) + 2 * GAP;
}
