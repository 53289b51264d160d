/* A form field for a setting that the trainer declares: label, input, help and error. */

import { h } from "../shared/dom.js";
import { formatCount } from "../shared/format.js";
import { settingLabel } from "./run-format.js";

const figure = (n) => (n < 1 ? String(n) : formatCount(n));

/** A field for a declared setting, under an ID, with places for its help and for a refusal. */
export function makeField({ name, type, help, unit, choices, minimum, maximum }, id) {
  const range = minimum === null ? "" : `${figure(minimum)} to ${figure(maximum)}${unit ? ` ${unit}` : ""}: `;
  const numeric = { type: "number", min: minimum, max: maximum, step: type === "integer" ? 1 : "any" };
  const options = { id, name, "aria-describedby": `${id}-help ${id}-problem`, ...(minimum !== null && numeric) };
  const input = h(choices ? "select" : "input", options, ...(choices ?? []).map((choice) => new Option(choice)));
  const refused = h("span", { class: "problem", id: `${id}-problem`, role: "alert", hidden: true });
  const hint = h("span", { class: "hint", id: `${id}-help`, text: range + help });
  return { input, refused, hint, help: range + help, type, box: h("div", { class: "field" }, h("label", { htmlFor: id, text: settingLabel(name) }), input, refused, hint) };
}
