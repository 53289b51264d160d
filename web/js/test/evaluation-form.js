/* The form: which set, which crops, one scoring or several; and how far the scoring is. */

import { byId, cloneTemplate } from "../shared/dom.js";
import { formatCount, formatPercent } from "../shared/format.js";

const form = byId("setup");
const { crops, file } = form.elements;
const KINDS = { test: "images, the test part", all: "images", feedback: "drawings that people labelled" };

/** heard: start(kind), kind "", "crops" or "models"; change(), of the set or the crops. */
export function hearSetup({ start, change }) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    start(event.submitter.value);
  });
  form.addEventListener("change", ({ target }) => {
    if (target === file) byId("own").checked = true;
    change();
  });
  for (const type of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(type, (event) => {
      event.preventDefault();
      form.toggleAttribute("data-drop", type === "dragover");
      if (type !== "drop") return;
      file.files = event.dataTransfer.files;
      byId("own").click();
    });
  }
}

/** What is chosen: the set's name, or its files; and the crops. */
export function chosen() {
  const name = form.elements.data.value;
  return { crops: crops.value, ...(name ? { name } : { files: [...file.files] }) };
}

/** Offer what is here, and choose what is wanted, or else the first set that holds anything. */
export function offer(sets, { card, names }, state) {
  const [before, own] = [chosen().name, byId("own").checked];
  byId("sets").replaceChildren(...sets.map(({ name, n, split, problem }) => {
    const row = cloneTemplate("set", { name, what: problem ?? `${formatCount(n)} ${KINDS[name] ?? KINDS[split]}` });
    Object.assign(row.querySelector("input"), { value: name, disabled: !n });
    return row;
  }));
  if (sets.length < 2) byId("sets").append(cloneTemplate("no-set", {}));
  const usable = sets.filter(({ n }) => n).map(({ name }) => name);
  const name = [before, state.data, ...usable].find((each) => usable.includes(each));
  if (!own || !file.files.length) form.elements.data.value = name ?? "";
  crops.value = state.crops;
  for (const few of document.querySelectorAll(".few")) few.textContent = card.crop.offsets.length;
  byId("all-models").hidden = names.length < 2;
}

/** Show how far a scoring is: {done, n, accuracy, loss}, null before the first; none runs without `what`. */
export function tell(what, told) {
  byId("running").hidden = !what;
  for (const button of form.querySelectorAll("[type=submit]")) button.disabled = Boolean(what);
  byId("bar").value = told ? told.done / told.n : 0;
  const far = told ? `${farOf(told)}, ${formatPercent(told.accuracy)} right, loss ${told.loss.toFixed(4)}` : "reading the set";
  byId("told").textContent = `${what}: ${far}`;
}

export function farOf({ done, n }) {
  return `${formatCount(done)} of ${formatCount(n)} images`;
}
