/* The drawings of a lesson, by label, each to be put on the sheet again. */

import { byId, h } from "../shared/dom.js";
import { paintImage } from "../shared/image-canvas.js";
import { encodeImage } from "../shared/stroke-codec.js";

/** Show them, oldest first; n: of all there are, chosen: the ID of the one on the sheet; `choose(drawing)` hears of a press. */
export function showDrawings({ labels, drawings: counts, published }, { n, drawings }, chosen, choose) {
  const groups = labels.filter((label) => counts[label]).map((label) => {
    const mine = drawings.filter((drawing) => drawing.label === label).reverse();
    const thumbs = mine.map((drawing, i) => {
      const canvas = h("canvas", { class: "pixels", ariaHidden: true });
      paintImage(canvas, drawing.image);
      const about = { ariaLabel: `${label}, drawing ${i + 1} of ${mine.length}`, ariaPressed: String(drawing.id === chosen) };
      return h("button", { type: "button", class: "thumb", ...about, onclick: () => choose(drawing) }, canvas);
    });
    const newest = counts[label] > mine.length ? `, the newest ${mine.length}` : "";
    const title = h("h3", { text: `${label} · ${counts[label]}${newest}` });
    return h("section", {}, title, h("div", { class: "thumbs" }, ...thumbs));
  });
  byId("no-drawings").hidden = n > 0;
  byId("drawings").replaceChildren(...groups);
  const current = drawings.find(({ id }) => id === chosen);
  byId("chosen").hidden = !current;
  if (current) byId("inside").search = new URLSearchParams({ model: published.at(-1) ?? "", image: encodeImage(current.image) });
}
