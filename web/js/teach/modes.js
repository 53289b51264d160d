/* The choice of what the drawing is: an example of a label, or a test. */

import { byId, h } from "../shared/dom.js";

/** Whether the drawing is an example or a test, as url-state.js declares it. */
export const MODE = { default: "teach", choices: ["teach", "test"] };

const TEST = "";

/** Create a radio button for each label and one for a test; `onChange({label, mode})` is called when another is chosen. */
export function createModes(labels, onChange) {
  const modes = [...labels, TEST].map((label) => {
    const onchange = () => onChange(label === TEST ? { mode: "test" } : { label, mode: "teach" });
    const content = label === TEST ? ["Test"] : [label, " ", h("small", { "data-testid": "drawing-count" })];
    return h("label", {}, h("input", { type: "radio", name: "label", value: label, onchange }), h("span", {}, ...content));
  });
  byId("modes").replaceChildren(byId("modes").firstElementChild, ...modes); // the legend stays
}

/** Check the button of the current mode, and say on the canvas what to draw. */
export function checkMode({ label, mode }, labels) {
  byId("hint-labels").textContent = mode === "teach" ? `an example of ${label}` : `one of ${labels.join(" ")}`;
  const value = mode === "teach" ? label : TEST;
  for (const radio of byId("modes").querySelectorAll("input")) radio.checked = radio.value === value;
}

/** Show the number of drawings of each label. */
export function showDrawingCounts({ labels, drawings }) {
  byId("modes").querySelectorAll("small").forEach((count, i) => (count.textContent = drawings[labels[i]]));
}
