/* Elements: finds them and makes them. */

import { errorMessage } from "./error-messages.js";

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** An element of HTML. Of `properties`, "class", "aria-…" and "data-…" become attributes, "on…" listeners, the rest properties. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && name !== "list") element[name] = value;
    else if (name === "text") element.textContent = value;
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** An element of SVG with its attributes. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Show a sentence, or the one for an error, in `element`; hide the element with null. `overrides` as in `errorMessage`. */
export function showError(element, error, overrides) {
  element.textContent = typeof error === "string" ? error : error ? errorMessage(error, overrides) : "";
  element.hidden = !error;
}

/** Have the browser save a text or a blob as a file. */
export function downloadFile(content, name, type = "application/json") {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A copy of the element in a template; `texts` stand where it says data-text with their names. */
export function cloneTemplate(id, texts) {
  const element = document.importNode(byId(id).content, true).firstElementChild; // a mere clone would resolve no address
  for (const place of element.querySelectorAll("[data-text]")) place.textContent = texts[place.dataset.text];
  return element;
}

/** Fill a table's body with rows of texts or elements, of which the first is the row's head. Figures stand to the right. */
export function fillTable(id, rows) {
  const cell = (value) => h("td", { class: /^([\d,.]+(\s%)?|–)$/.test(value) && "number" }, value);
  byId(id).tBodies[0].replaceChildren(...rows.map(([head, ...cells]) => h("tr", {}, h("th", { scope: "row" }, head), ...cells.map(cell))));
}
