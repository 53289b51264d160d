/* Keeping a lesson: saved under a name, published as a model, or begun anew. */

import { byId, h } from "../shared/dom.js";
import { twice } from "./lessons.js";

const EXPORT = 120_000; // ms that publishing may take: the first time, TensorFlow starts

/** `change(path, options, place)` changes the lesson; what fails is said at the place. */
export function openKeeping(change) {
  const submit = (form, work) => {
    byId(form).addEventListener("submit", (event) => {
      event.preventDefault();
      work(byId("keep-problem"));
    });
  };
  submit("save", (place) => change("/save", { json: { name: byId("name").value } }, place));
  submit("publish", async (place) => {
    const button = byId("publishing");
    Object.assign(button, { disabled: true, textContent: "Publishing…" });
    await change("/publish", { json: { name: byId("model-name").value.trim() }, timeout: EXPORT }, place);
    Object.assign(button, { disabled: false, textContent: "Publish" });
  });
  byId("reset").addEventListener("click", () => change("/reset", { json: {} }));
  twice(byId("empty"), () => change("/reset", { json: { drawings: false } }));
}

/** Show a lesson's names; `first`: that it has just been opened. */
export function showKept({ name, saved, published }, first) {
  if (first) {
    byId("name").value = name;
    byId("model-name").value = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "lesson";
  }
  if (saved) byId("saved").textContent = `Saved ${new Date(saved).toLocaleString("en-GB")}.`;
  const use = (model) => h("li", {}, h("a", { href: `/?model=${encodeURIComponent(model)}`, text: `Use ${model} in Draw` }));
  byId("uses").replaceChildren(...published.map(use));
}
