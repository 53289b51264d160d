/* A form field for a fit setting, as the trainer declares it: label, input, help and error. */

import { h } from "../shared/dom.js";
import { formatCount } from "../shared/format.js";
import { settingLabel } from "./run-format.js";

const formatLimit = (value) => (value < 1 ? String(value) : formatCount(value));

/** Create a field. `field.problem` says what is wrong with its value; it is null if nothing is. */
export function createField({ name, type, help, unit, choices, minimum, maximum }, id) {
  const range = minimum === null ? "" : `${formatLimit(minimum)} to ${formatLimit(maximum)}`;
  const text = `${help[0].toUpperCase()}${help.slice(1)}${range && ` (${range}${unit ? ` ${unit}` : ""})`}.`;
  const numeric = { type: "number", min: minimum, max: maximum, step: type === "integer" ? 1 : "any", required: true };
  const options = { id, name, "aria-describedby": `${id}-help ${id}-error`, ...(minimum !== null && numeric) };
  const input = h(choices ? "select" : "input", options, ...(choices ?? []).map((choice) => new Option(choice)));
  const error = h("span", { class: "problem", id: `${id}-error`, role: "alert", hidden: true });
  const hint = h("span", { class: "hint", id: `${id}-help`, text });
  const label = h("label", { htmlFor: id, text: settingLabel(name) });
  return {
    ...{ input, error, hint, help: text, type },
    element: h("div", { class: "field" }, label, input, error, hint),
    get problem() {
      if (input.validity.valid) return null;
      return range ? `Enter ${type === "integer" ? "a whole number" : "a number"} from ${range}.` : "Choose one of the values.";
    },
  };
}
