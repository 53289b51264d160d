/* Loads a tour, a JSON file in web/tours/, and checks it. docs/tours.md describes the format. */

import { errorMessage } from "../shared/error-messages.js";
import { fetchJson } from "../shared/http.js";

const VIEWS = ["draw", "inside", "test", "train", "teach"];
const CONDITIONS = ["selector", "parameter", "pointed_at"];

/** Where the card is placed: on a side of the part that it explains, or in the corner of the window. */
export const CARD_SIDES = ["right", "left", "below", "above", "corner"];

/** The tour can't be shown; `message` is a sentence for the author or the learner. */
export class TourError extends Error {}

/** Load the tour of a name. Throws TourError. */
export async function loadTour(name) {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) throw new TourError(`A tour’s name has lowercase letters, digits and hyphens only, unlike “${name}”.`);
  const tour = await fetchJson(`/static/tours/${name}.json`).catch((error) => {
    if (error.code === "not_found") throw new TourError(`There is no tour “${name}”.`);
    if (error.status === 200) throw new TourError(`The file of the tour “${name}” isn’t valid JSON.`);
    throw new TourError(`The tour “${name}” can’t be loaded. ${errorMessage(error)}`);
  });
  const problem = findProblem(tour);
  if (problem) throw new TourError(`The tour “${name}” has a mistake: ${problem}.`);
  return tour;
}

/** The first mistake in a tour, as the end of a sentence; null if there is none. */
export function findProblem(tour) {
  if (!isText(tour?.title)) return "it has no “title”";
  if (!Array.isArray(tour.steps) || !tour.steps.length) return "it has no “steps”";
  const problems = tour.steps.map((step, i) => [i + 1, findStepProblem(step ?? {})]);
  const [number, problem] = problems.find(([, each]) => each) ?? [];
  return problem ? `step ${number} ${problem}` : null;
}

function findStepProblem({ view, title, text, task, anchor, side, parameters, needs, done }) {
  if (!VIEWS.includes(view)) return `needs a “view”: ${VIEWS.join(", ")}`;
  for (const [name, value] of Object.entries({ title, text, anchor })) if (!isText(value)) return `has no “${name}”`;
  if (task !== undefined && !isText(task)) return "has a “task” that isn’t a text";
  if (!isSelector(anchor)) return `has an “anchor” that isn’t a CSS selector: ${anchor}`;
  if (side !== undefined && !CARD_SIDES.includes(side)) return `has an unknown “side”; use ${CARD_SIDES.join(", ")}`;
  if (needs !== undefined && needs !== "trainer") return "has an unknown “needs”; only “trainer” exists";
  if (parameters !== undefined && !Object.values(Object(parameters)).every(isText)) return "has “parameters” that aren’t texts";
  if (done === undefined) return null;
  if (!Array.isArray(done)) return "has a “done” that isn’t a list";
  return task === undefined ? "has “done” without a “task”" : (done.map(findConditionProblem).find(Boolean) ?? null);
}

function findConditionProblem(condition) {
  const kinds = CONDITIONS.filter((kind) => isText(condition?.[kind]));
  if (kinds.length !== 1) return `needs one of ${CONDITIONS.join(", ")} in each condition of “done”`;
  const [kind] = kinds;
  if (kind !== "parameter" && !isSelector(condition[kind])) return `has a “${kind}” that isn’t a CSS selector: ${condition[kind]}`;
  return isPattern(condition.pattern) ? null : `has a “pattern” that isn’t a regular expression: ${condition.pattern}`;
}

function isText(value) {
  return typeof value === "string" && value.trim() !== "";
}

function isSelector(text) {
  try {
    document.createDocumentFragment().querySelector(text);
    return true;
  } catch {
    return false;
  }
}

function isPattern(text) {
  try {
    new RegExp(text ?? "", "u");
    return text === undefined || typeof text === "string";
  } catch {
    return false;
  }
}
