/* An experiment with the model of a run: its accuracy on images like those it was trained on, and on others, side by side. */

import { formatInterval, wilsonInterval } from "../shared/confidence-interval.js";
import { h, showError } from "../shared/dom.js";
import { evaluate } from "../shared/evaluation-stream.js";
import { formatCount, formatPercent } from "../shared/format.js";
import { fetchJson } from "../shared/http.js";
import { PUBLISH_ERRORS } from "../shared/publish-errors.js";
import { ensurePublished } from "./published-model.js";
import { rotateImage, toCsvFile } from "./rotated-images.js";
import { runName, testAccuracy } from "./run-format.js";

const ROTATED = "rotated";
const DEGREES = 20;
const CROPS = "4";
const MIN_IMAGES = 100; // fewer have a wide confidence interval
const AUGMENTATION = "affine"; // rotates, scales and shears
const WITHOUT_ROTATION = ["none", "random-crop"];

const TEXTS = {
  rotated: "The network has seen upright digits only, and its weights fit those: a rotated digit has its ink in other places. "
    + "If it is trained on rotated and scaled copies too (augmentation), the gap becomes smaller.",
  augmented: "The network was trained on images that are rotated and scaled a little at random (augmentation). "
    + "It therefore depends less on the angle than one that has seen upright digits only.",
  other: "Its own test images come from the same source as its training images, so they are alike; other people write in other ways. "
    + "Only images from more writers, or copies that imitate them (augmentation), make this gap smaller.",
  overlap: "The confidence intervals overlap: this difference can be chance. "
    + "More images would make the intervals narrower.",
  better: "The accuracy is higher on these images: they are easier for the network than its own test images.",
};

/** The experiment as an element. predictions: those for the validation images. `onStart(settings, comparedId)` starts a run. */
export function createExperiment(job, predictions, onStart) {
  const select = h("select", { ariaLabel: "Other images" }, new Option("Rotated validation images", ROTATED));
  const button = h("button", { type: "button", class: "primary", text: "Run the experiment" });
  const status = h("p", { class: "hint", role: "status" });
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const result = h("div", { class: "experiment-result", "data-testid": "experiment-result" });
  const setBusy = (isBusy) => (select.disabled = button.disabled = isBusy);
  setBusy(true);
  offerDatasets(select, job, new Set(predictions.map(({ label }) => label))).then(() => setBusy(false));
  button.addEventListener("click", async () => {
    const choice = select.value;
    setBusy(true);
    result.replaceChildren();
    showError(problem, null);
    try {
      const rows = await compare(job, predictions, choice, (text) => (status.textContent = text));
      result.append(...showResult(job, rows, choice, onStart));
    } catch (error) {
      showError(problem, error, PUBLISH_ERRORS);
    }
    status.textContent = "";
    setBusy(false);
  });
  const title = `Experiment: ${formatPercent(testAccuracy(job.result))} on its own test images. And on others?`;
  const text = "An accuracy holds for images like those it was measured on. Measure it on different ones.";
  const field = h("label", { class: "field" }, h("span", { text: "Compare with" }), select);
  const form = h("div", { class: "buttons" }, field, button);
  const content = [h("h4", { text: title }), h("p", { class: "hint", text }), form, status, problem, result];
  return h("section", { class: "card experiment", "data-testid": "experiment" }, ...content);
}

/** Add the server's datasets that the network was not trained on and whose labels it has; select the first large one. */
async function offerDatasets(select, { settings }, labels) {
  const { data } = await fetchJson("/data").catch(() => ({ data: [] })); // the rotated images remain
  const isUsable = ({ name, n, problem, labels: names }) => {
    return n > 0 && !problem && !settings.data.includes(name) && names.every((label) => labels.has(label));
  };
  const usable = data.filter(isUsable);
  const describe = ({ name, n }) => `${name === "feedback" ? "Drawings corrected in Draw" : name}, ${formatCount(n)} images`;
  select.append(...usable.map((dataset) => new Option(describe(dataset), dataset.name)));
  select.value = usable.find(({ n }) => n >= MIN_IMAGES)?.name ?? ROTATED;
}

/** Measure both accuracies: [{name, accuracy, n, report}, …]. */
async function compare(job, predictions, choice, onProgress) {
  const { signal } = new AbortController();
  onProgress("Exporting and verifying the model…");
  const model = await ensurePublished(job);
  const measure = async (name, source) => {
    const showProgress = ({ done, n }) => onProgress(`${name}: ${formatCount(done)} of ${formatCount(n)} images`);
    const { id, accuracy, data } = await evaluate({ ...source, model, crops: CROPS }, showProgress, signal);
    return { name, accuracy, n: data.n, report: id };
  };
  if (choice !== ROTATED) {
    const own = { name: "Its own test images", accuracy: testAccuracy(job.result), n: job.result.test.n };
    return [own, await measure(choice, { name: choice })];
  }
  const rotated = predictions.map(({ label, image }, i) => ({ label, image: rotateImage(image, i % 2 ? DEGREES : -DEGREES) }));
  const name = "validation images";
  const upright = await measure("Validation images", { files: [toCsvFile(predictions, name)] });
  return [upright, await measure(`The same, rotated by ${DEGREES}°`, { files: [toCsvFile(rotated, `${name}, rotated by ${DEGREES}°`)] })];
}

function showResult(job, rows, choice, onStart) {
  const [own, other] = rows.map(({ accuracy, n }) => wilsonInterval(accuracy, n));
  const isAugmented = !WITHOUT_ROTATION.includes(job.settings.augmentation);
  const explanation = TEXTS[explain(own, other, choice, isAugmented)];
  const query = new URLSearchParams({ report: rows[1].report });
  const link = h("a", { class: "button", href: `/test?${query}`, text: "See its mistakes in Test" });
  const again = h("button", { type: "button", text: "Train again with rotated and scaled copies", hidden: isAugmented });
  again.addEventListener("click", () => {
    const { settings, id } = job;
    onStart({ ...settings, augmentation: AUGMENTATION, name: `${runName(job).slice(0, 180)}, augmented` }, id);
  });
  return [createList(rows), h("p", { text: explanation }), h("p", { class: "buttons" }, link, again)];
}

/** The name of the text that explains two confidence intervals, [low, high]. */
function explain(own, other, choice, isAugmented) {
  if (other[0] > own[1]) return "better";
  if (other[1] >= own[0]) return "overlap";
  if (choice !== ROTATED) return "other";
  return isAugmented ? "augmented" : "rotated";
}

function createList(rows) {
  const items = rows.map(({ name, accuracy, n }) => {
    const [low, high] = wilsonInterval(accuracy, n);
    const bar = h("span", { class: "interval-bar", ariaHidden: true }, h("i"), h("b"));
    for (const [property, value] of Object.entries({ accuracy, low, high })) bar.style.setProperty(`--${property}`, value);
    const text = `95 % confidence interval ${formatInterval([low, high])}, n\u00a0=\u00a0${formatCount(n)}`;
    return h("li", {}, h("span", { text: name }), h("b", { text: formatPercent(accuracy) }), bar, h("span", { class: "hint", text }));
  });
  return h("ul", { class: "accuracies", ariaLabel: "Both accuracies" }, ...items);
}
