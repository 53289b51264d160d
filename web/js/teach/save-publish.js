/* Saves a lesson under a name, publishes it as a model, or starts it over. */

import { byId, h } from "../shared/dom.js";
import { fileLink, useLink } from "../shared/model-links.js";
import { PUBLISH_ERRORS } from "../shared/publish-errors.js";
import { confirmFirst } from "./lessons.js";

const PUBLISH_TIMEOUT = 120_000; // ms: for the first export, TensorFlow has to start
const INVALID_NAME = { invalid_input: "Enter a name with visible characters." };

/** `update(path, options, element, overrides)` changes the lesson and shows errors in `element`. */
export function initSaving(update) {
  const onSubmit = (form, action) => {
    byId(form).addEventListener("submit", (event) => {
      event.preventDefault();
      action(byId("save-error"));
    });
  };
  onSubmit("save-lesson", (element) => update("/save", { json: { name: byId("lesson-name").value } }, element, INVALID_NAME));
  onSubmit("publish-lesson", async (element) => {
    const options = { json: { name: byId("model-name").value.trim() }, timeout: PUBLISH_TIMEOUT };
    Object.assign(byId("publish"), { disabled: true, textContent: "Publishing…" });
    await update("/publish", options, element, PUBLISH_ERRORS);
    Object.assign(byId("publish"), { disabled: false, textContent: "Publish" });
  });
  byId("reset-weights").addEventListener("click", () => update("/reset", { json: {} }));
  confirmFirst(byId("delete-drawings"), () => update("/reset", { json: { drawings: false } }));
}

/** Show the lesson's names and published models; isNew: whether it has just been opened. */
export function showSaved({ name, saved, published }, isNew) {
  if (isNew) {
    byId("lesson-name").value = name;
    byId("model-name").value = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "lesson";
  }
  if (saved) byId("saved").textContent = `Saved ${new Date(saved).toLocaleString("en-GB")}.`;
  const links = (model) => h("li", {}, useLink(model), " · ", fileLink(model));
  byId("published-models").replaceChildren(...published.map(links));
}
