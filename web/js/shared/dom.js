/* Helpers to find, create and fill elements. */

import { errorMessage } from "./error-messages.js";

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** Create an HTML element. Of `properties`, "class", "aria-…" and "data-…" become attributes, "on…" listeners, the rest properties. */
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

/** Create an SVG element with attributes. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Show a sentence, or the one for an error, in `element`; hide the element with null. `overrides` as in `errorMessage`. */
export function showError(element, error, overrides) {
  element.textContent = typeof error === "string" ? error : error ? errorMessage(error, overrides) : "";
  element.dataset.code = error?.code ?? "";
  element.hidden = !error;
}

/** Download a text or a blob as a file. */
export function downloadFile(content, name, type = "application/json") {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Load a style sheet of web/css/, once; resolves when it applies. */
export function loadStyles(name) {
  const href = `/static/css/${name}.css`;
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  return new Promise((resolve) => document.head.append(h("link", { rel: "stylesheet", href, onload: resolve, onerror: resolve })));
}

/** A copy of the element in a <template>; elements with data-text="name" get the text of that name. */
export function cloneTemplate(id, texts) {
  const element = document.importNode(byId(id).content, true).firstElementChild; // a plain clone would not resolve addresses
  for (const each of element.querySelectorAll("[data-text]")) each.textContent = texts[each.dataset.text];
  return element;
}

/** Fill a table's body with rows of texts or elements; the first of each row is its header. Numbers are aligned right. */
export function fillTable(id, rows) {
  const cell = (value) => h("td", { class: /^([\d,.]+(\s%)?|–)$/.test(value) && "number" }, value);
  byId(id).tBodies[0].replaceChildren(...rows.map(([head, ...cells]) => h("tr", {}, h("th", { scope: "row" }, head), ...cells.map(cell))));
}
