/* The drawings of a lesson, grouped by label. */

import { byId, h } from "../shared/dom.js";
import { paintImage } from "../shared/image-canvas.js";
import { encodeImage } from "../shared/stroke-codec.js";

/** Show a lesson's drawings, oldest first. n: their total number; `onSelect(drawing)` is called when one is clicked. */
export function showDrawings({ labels, drawings: counts, published }, { n, drawings }, selectedId, onSelect) {
  const groups = labels.filter((label) => counts[label]).map((label) => {
    const own = drawings.filter((drawing) => drawing.label === label).reverse();
    const thumbnails = own.map((drawing, i) => {
      const canvas = h("canvas", { class: "pixels", ariaHidden: true });
      paintImage(canvas, drawing.image);
      const name = { ariaLabel: `${label}, drawing ${i + 1} of ${own.length}`, ariaPressed: String(drawing.id === selectedId) };
      return h("button", { type: "button", class: "thumbnail", ...name, onclick: () => onSelect(drawing) }, canvas);
    });
    const limited = counts[label] > own.length ? `, newest ${own.length}` : "";
    const title = h("h3", { text: `${label} · ${counts[label]}${limited}` });
    return h("section", {}, title, h("div", { class: "thumbnails" }, ...thumbnails));
  });
  byId("no-drawings").hidden = n > 0;
  byId("drawings").replaceChildren(...groups);
  const selected = drawings.find(({ id }) => id === selectedId);
  byId("selected-drawing").hidden = !selected;
  if (selected) byId("look-inside").search = new URLSearchParams({ model: published.at(-1) ?? "", image: encodeImage(selected.image) });
}
