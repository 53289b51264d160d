/* The card that starts a run with one click: data and settings are chosen so that a run takes less than a minute. */

import { byId, h } from "../shared/dom.js";

/** Settings by dataset. The learning rate rises slowly at first, so that one can watch the predictions change. */
const COMMON = { recipe: "tfjs", augmentation: "random-crop", lr_schedule: "one-cycle", learning_rate: 0.001 };
const RUNS = {
  digits: { ...COMMON, data: ["digits"], batch_size: 16, epochs: 40, validation_split: 0.25 },
  mnist: { ...COMMON, data: ["mnist"], batch_size: 128, epochs: 5, validation_split: 0.05 },
};
const TEXTS = { digits: "1,797 small scans", mnist: "MNIST, 70,000 digits" };

/** The settings of a run of this dataset. Runs are named after the time of their start. */
function createSettings(data) {
  const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return { ...RUNS[data], name: `Learn digits ${time}` };
}

/** Set up the card. `onStart(settings)` starts a run; the button is disabled until its promise is fulfilled. */
export function initQuickStart(onStart) {
  const button = byId("learn-now");
  button.addEventListener("click", async () => {
    button.disabled = true;
    const { value = "digits" } = byId("quick-data").querySelector(":checked") ?? {};
    await onStart(createSettings(value));
    button.disabled = false;
  });
}

/** Offer those of the trainer's datasets that the card knows. */
export function showQuickDatasets(datasets) {
  const names = Object.keys(RUNS).filter((name) => datasets.some((dataset) => dataset.name === name && dataset.n));
  const fieldset = byId("quick-data");
  byId("learn-digits").hidden = !names.length;
  fieldset.hidden = names.length < 2;
  if (fieldset.querySelectorAll("input").length === names.length) return;
  const radio = (name, i) => h("input", { type: "radio", name: "quick-data", value: name, checked: i === 0 });
  const labels = names.map((name, i) => h("label", {}, radio(name, i), h("span", { text: TEXTS[name] })));
  fieldset.replaceChildren(fieldset.firstElementChild, ...labels);
}
