/* The modes: a button for each label, which says what is being drawn, and one for a test. */

import { byId, h } from "../shared/dom.js";

const TEST = "";

/** Make the buttons; `chosen({label, mode})` hears of a press. */
export function makeModes(labels, chosen) {
  const modes = [...labels, TEST].map((label) => {
    const onchange = () => chosen(label === TEST ? { mode: "test" } : { label, mode: "teach" });
    const words = label === TEST ? ["What is this?"] : [label, " ", h("small")];
    return h("label", {}, h("input", { type: "radio", name: "label", value: label, onchange }), h("span", {}, ...words));
  });
  byId("modes").replaceChildren(byId("modes").firstElementChild, ...modes); // the legend stays
}

/** Mark the one that is chosen. */
export function markMode({ label, mode }) {
  const value = mode === "teach" ? label : TEST;
  for (const radio of byId("modes").querySelectorAll("input")) radio.checked = radio.value === value;
}

/** Say how many drawings each label has. */
export function countModes({ labels, drawings }) {
  byId("modes").querySelectorAll("small").forEach((count, i) => (count.textContent = drawings[labels[i]]));
}
