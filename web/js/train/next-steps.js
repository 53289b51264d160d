/* What to look at after a run: its largest confusion, its worst mistakes, Draw, and an experiment. */

import { byId, h, showError } from "../shared/dom.js";
import { formatCount, formatProbability } from "../shared/format.js";
import { ApiError, Unavailable } from "../shared/http.js";
import { PUBLISH_ERRORS } from "../shared/publish-errors.js";
import { fetchTrainer } from "../shared/trainer-api.js";
import { createExperiment } from "./experiment.js";
import { createCanvas, paintRows } from "./heatmap-canvas.js";
import { ensurePublished } from "./published-model.js";

const PAGE = 200; // predictions per request
const MAX_PREDICTIONS = 1_000;
const TIMEOUT = 60_000; // ms: TensorFlow may have to start first
const SHOWN = 6; // images per card

let shownJob = null; // its ID and its end, which changes if it is resumed

/** Show the steps for a job that has a result. `onStart(settings, comparedId)` starts another run. */
export async function showNextSteps(job, onStart) {
  const key = `${job.id} ${job.ended}`;
  if (shownJob === key) return;
  shownJob = key;
  const element = byId("next-steps");
  const status = h("p", { class: "hint", role: "status", text: "Looking at the validation images…" });
  element.replaceChildren(h("h3", { text: "What to look at next" }), status);
  try {
    const { predictions, total } = await fetchPredictions(job.id);
    if (shownJob !== key) return;
    status.remove();
    const count = formatCount(predictions.length);
    const scope = total > predictions.length ? `the first ${count} of ${formatCount(total)} validation images` : `${count} validation images`;
    const cards = [createConfusion(predictions, scope), createMistakes(predictions, scope), createTrial(job)];
    element.append(
      ...(job.result.warnings ?? []).map((text) => h("p", { class: "problem", text })),
      h("div", { class: "cards" }, ...cards),
      createExperiment(job, predictions, onStart),
    );
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unavailable)) throw error;
    if (shownJob !== key) return;
    showError(status, error);
    shownJob = error instanceof ApiError ? key : null; // otherwise tried again
  }
}

async function fetchPredictions(id) {
  const predictions = [];
  let total = 0;
  for (let begin = 0; begin !== null && begin < MAX_PREDICTIONS; ) {
    const page = await fetchTrainer(`/jobs/${id}/predictions?limit=${PAGE}&begin=${begin}`, { timeout: TIMEOUT });
    predictions.push(...page.predictions);
    [begin, total] = [page.next, page.n];
  }
  return { predictions: predictions.map((each) => ({ ...each, confidence: Math.max(...each.probabilities) })), total };
}

const isWrong = ({ label, predicted }) => label !== predicted;
const byConfidence = (a, b) => b.confidence - a.confidence;

function createCard(name, title, ...content) {
  return h("section", { class: "card", "data-testid": name }, h("h4", { text: title }), ...content);
}

/** Images with captions: what they were read as, and the confidence. */
function createTiles(predictions) {
  const figures = predictions.slice(0, SHOWN).map((each) => {
    const result = isWrong(each) ? `✗ ${each.predicted}, was ${each.label}` : `✓ ${each.predicted}`;
    const caption = h("figcaption", { class: isWrong(each) ? "incorrect" : "correct", text: result });
    caption.append(h("small", { text: formatProbability(each.confidence) }));
    return h("figure", {}, paintRows(createCanvas(), each.image), caption);
  });
  return h("div", { class: "tiles" }, ...figures);
}

function createConfusion(predictions, scope) {
  const describe = ({ label, predicted }) => `${label} read as ${predicted}`;
  const groups = Map.groupBy(predictions.filter(isWrong).sort(byConfidence), describe);
  const [name, images] = [...groups].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  if (!name) {
    const text = `The network reads ${scope} without a mistake.`;
    return createCard("confusion", "No confusion", h("p", { class: "hint", text }));
  }
  const [{ label, predicted }] = images;
  const total = predictions.filter((each) => each.label === label).length;
  const text = `${images.length} of ${total} images of ${label}. What do they have in common with a ${predicted}?`;
  return createCard("confusion", `Largest confusion: ${name}`, h("p", { class: "hint", text }), createTiles(images));
}

function createMistakes(predictions, scope) {
  const mistakes = predictions.filter(isWrong).sort(byConfidence);
  if (!mistakes.length) {
    const text = "There are no mistakes. About these images the network is least confident.";
    const hardest = predictions.toSorted(byConfidence).reverse();
    return createCard("mistakes", "Hardest images", h("p", { class: "hint", text }), createTiles(hardest));
  }
  const text = `Of ${scope}, ${mistakes.length} are read wrong. These are the most confident mistakes. Can you read them?`;
  return createCard("mistakes", "Worst mistakes", h("p", { class: "hint", text }), createTiles(mistakes));
}

/** The card that publishes the model and opens Draw with it. */
function createTrial(job) {
  const status = h("p", { class: "hint", role: "status" });
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const button = h("button", { type: "button", class: "primary", text: "Try it in Draw" });
  button.addEventListener("click", async () => {
    button.disabled = true;
    status.textContent = "Exporting and verifying the model…";
    showError(problem, null);
    try {
      location.assign(`/?${new URLSearchParams({ model: await ensurePublished(job) })}`);
    } catch (error) {
      showError(problem, error, PUBLISH_ERRORS);
    }
    status.textContent = "";
    button.disabled = false;
  });
  const text = "The network has only seen other people’s digits. Can it read yours? This publishes it under a new name.";
  return createCard("trial", "Your own handwriting", h("p", { class: "hint", text }), h("p", {}, button), status, problem);
}
