/* A guided tour: texts beside parts of the views, each with something to do. The URL holds the step: ?tour=2&tour-file=NAME. */

import { byId, loadStyles } from "../shared/dom.js";
import { TRAINER } from "../shared/trainer-api.js";
import { currentValue, INITIAL_PARAMETERS, readState, saveState, SHARED_PARAMETERS } from "../shared/url-state.js";
import { Conditions } from "./conditions.js";
import { CardPlacement } from "./placement.js";
import { StepCard } from "./step-card.js";
import { loadTour, TourError } from "./tour-file.js";

const DEFAULT_FILE = "first-steps";
const DECLARED = { tour: { default: null }, "tour-file": { default: DEFAULT_FILE } };
const VIEW = document.body.dataset.view;

class Tour {
  #name;
  #tour;
  #index;
  #done;
  #conditions = null;
  #card;
  #placement;

  constructor(name, tour, index) {
    [this.#name, this.#tour, this.#index] = [name, tour, index];
    this.#done = new Set(JSON.parse(sessionStorage.getItem(this.#storageKey) ?? "[]"));
    this.#card = new StepCard({
      onGo: (steps) => this.#go(this.#index + steps),
      onOpen: () => this.#go(this.#index),
      onShow: () => this.#focusAnchor(),
      onEnd: () => this.#end(),
    });
    this.#placement = new CardPlacement(this.#card.element, () => this.#update());
    this.#show();
  }

  get #step() {
    return this.#tour.steps[this.#index];
  }

  get #storageKey() {
    return `tour ${this.#name}`;
  }

  #show() {
    this.#conditions?.stop();
    this.#conditions = new Conditions(this.#step.done ?? []);
    this.#card.show(this.#tour, this.#index, VIEW);
    this.#update();
    this.#card.focus();
  }

  /** Follow the page: whether the task is done, and where the explained part is. */
  #update() {
    const step = this.#step;
    const isHere = step.view === VIEW;
    if (isHere && this.#conditions.areMet() && !this.#done.has(this.#index)) {
      this.#done.add(this.#index);
      sessionStorage.setItem(this.#storageKey, JSON.stringify([...this.#done]));
    }
    const isTrainerMissing = step.needs === "trainer" && (!TRAINER || Boolean(byId("trainer-down")?.checkVisibility()));
    this.#card.setState({ isDone: this.#done.has(this.#index), isTrainerMissing: isHere && isTrainerMissing });
    this.#placement.follow(isHere ? step.anchor : null, step.side);
  }

  /** Show another step, or this one on its own view. */
  #go(index) {
    const step = this.#tour.steps[index];
    if (!step) return this.#end();
    const address = addressOf(step, index, this.#name);
    if (address) return location.assign(address);
    this.#index = index;
    saveState(DECLARED, { tour: String(index + 1), "tour-file": this.#name });
    this.#show();
  }

  #focusAnchor() {
    this.#placement.scrollToAnchor();
    const anchor = this.#placement.anchor;
    const focusable = "a[href], button:not(:disabled), input, select, summary, [tabindex='0']";
    const candidates = anchor ? [anchor, ...anchor.querySelectorAll("*")] : [];
    const target = candidates.find((each) => each.matches(focusable) && each.checkVisibility());
    target?.focus({ preventScroll: true, focusVisible: true });
  }

  #end() {
    sessionStorage.removeItem(this.#storageKey);
    this.#conditions.stop();
    this.#placement.stop();
    endTour(this.#card);
  }
}

/** The URL of a step; null if the page shows it already. isOpening: parameters that the page was opened with take precedence. */
function addressOf({ view, parameters = {} }, index, name, isOpening = false) {
  const query = new URLSearchParams(location.search);
  const isThisView = view === VIEW;
  if (!isThisView) for (const key of [...query.keys()]) if (!SHARED_PARAMETERS.includes(key)) query.delete(key);
  const isSet = ([key, value]) => isThisView && (currentValue(key) === value || (isOpening && INITIAL_PARAMETERS.has(key)));
  const missing = Object.entries(parameters).filter((each) => !isSet(each));
  if (isThisView && !missing.length) return null;
  for (const [key, value] of missing) query.set(key, value);
  query.set("tour", index + 1);
  if (name !== DEFAULT_FILE) query.set("tour-file", name);
  return `/${view === "draw" ? "" : view}?${query}`;
}

function endTour(card) {
  saveState(DECLARED, { tour: null, "tour-file": null });
  card.remove();
  byId("view").focus({ preventScroll: true });
}

/** Start the tour of the URL. */
export async function start() {
  const { state } = readState(DECLARED);
  const name = state["tour-file"];
  const [tour] = await Promise.all([loadTour(name).catch((error) => error), loadStyles("tour")]);
  const index = Number(state.tour) - 1;
  const steps = tour.steps?.length;
  const isValid = tour.steps?.[index] !== undefined;
  if (tour instanceof TourError || !isValid) {
    const card = new StepCard({ onEnd: () => endTour(card) });
    return card.showError(steps ? `This tour has ${steps} steps. The link asks for step ${state.tour}.` : tour.message);
  }
  const address = tour.steps[index].view === VIEW && addressOf(tour.steps[index], index, name, true);
  if (address) location.replace(address);
  else new Tour(name, tour, index);
}
