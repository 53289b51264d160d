/* The card that shows a step of a tour: a dialog that isn't modal, so that the page can be used meanwhile. */

import { h } from "../shared/dom.js";

const VIEW_NAMES = { draw: "Draw", inside: "Inside", test: "Test", train: "Train", teach: "Teach" };
const NO_TRAINER = "This step needs the trainer, a second program that isn’t connected. You can skip it.";
const OWN_ESCAPE = "select, input:not([type=radio]), textarea, dialog, :popover-open";

export class StepCard {
  #progress = h("p", { class: "tour-progress", "data-testid": "tour-progress" });
  #title = h("h2", { id: "tour-title", tabIndex: -1 });
  #text = h("p", { id: "tour-text" });
  #task = h("span");
  #done = h("b", { class: "tour-done", role: "status", "data-testid": "tour-done" });
  #taskRow = h("p", { class: "tour-task" }, h("b", { text: "Try it: " }), this.#task, " ", this.#done);
  #problem = h("p", { class: "problem", role: "status", "data-testid": "tour-problem", hidden: true });
  #show = this.#button("Show me", () => this.#callbacks.onShow());
  #back = this.#button("Back", () => this.#callbacks.onGo(-1));
  #open = this.#button("", () => this.#callbacks.onOpen());
  #next = this.#button("Next", () => this.#callbacks.onGo(1));
  #callbacks;
  #isLast = false;
  #handleKey = (event) => this.#endOnEscape(event);

  /** callbacks: onGo(+1 or −1), onOpen() to open the step's view, onShow() to move to the explained part, onEnd(). */
  constructor(callbacks) {
    this.#callbacks = callbacks;
    const end = h("button", { type: "button", class: "tour-end", text: "End tour", onclick: () => callbacks.onEnd() });
    const buttons = h("div", { class: "buttons" }, this.#back, this.#show, this.#open, this.#next);
    const parts = [h("div", { class: "tour-header" }, this.#progress, end), this.#title, this.#text, this.#taskRow, this.#problem, buttons];
    const names = { role: "dialog", "aria-labelledby": "tour-title", "aria-describedby": "tour-text" };
    this.element = h("section", { class: "tour-card", "data-testid": "tour", ...names }, ...parts);
    document.querySelector(".top").after(this.element); // in the tab order before the view
    document.body.classList.add("with-tour");
    document.addEventListener("keydown", this.#handleKey);
  }

  /** Show a step of a tour on this view. */
  show({ title, steps }, index, view) {
    const step = steps[index];
    const isHere = step.view === view;
    this.#isLast = index === steps.length - 1;
    this.#progress.textContent = `${title} · step ${index + 1} of ${steps.length}`;
    this.#title.textContent = step.title;
    this.#text.textContent = isHere ? step.text : `This step is on the view ${VIEW_NAMES[step.view]}.`;
    this.#task.textContent = step.task ?? "";
    this.#taskRow.hidden = !step.task || !isHere;
    this.#back.hidden = index === 0;
    this.#show.hidden = !isHere;
    this.#open.hidden = isHere;
    this.#open.textContent = `Open ${VIEW_NAMES[step.view]}`;
  }

  setState({ isDone, isTrainerMissing }) {
    const next = this.#isLast ? "Finish" : isTrainerMissing ? "Skip" : "Next";
    const problem = isTrainerMissing ? NO_TRAINER : "";
    if (this.#next.textContent !== next) this.#next.textContent = next;
    if (this.#problem.textContent !== problem) this.#problem.textContent = problem;
    this.#problem.hidden = !problem;
    this.element.toggleAttribute("data-done", isDone);
    const done = isDone ? "✓ Done" : "";
    if (this.#done.textContent !== done) this.#done.textContent = done;
    this.#next.classList.toggle("primary", isDone || isTrainerMissing || this.#taskRow.hidden);
  }

  /** Show why there is no tour. */
  showError(sentence) {
    this.#title.textContent = "This tour can’t be shown";
    this.#text.textContent = sentence;
    for (const part of [this.#taskRow, this.#back, this.#show, this.#open, this.#next]) part.hidden = true;
    this.element.dataset.side = "corner";
    this.focus();
  }

  focus() {
    this.#title.focus({ preventScroll: true });
  }

  remove() {
    document.removeEventListener("keydown", this.#handleKey);
    document.body.classList.remove("with-tour");
    this.element.remove();
  }

  /** Escape ends the tour, unless the focused element uses it, such as a dialog or the pen of the keyboard. */
  #endOnEscape(event) {
    if (event.key !== "Escape" || event.defaultPrevented || event.target.closest?.(OWN_ESCAPE) || document.querySelector(":popover-open")) return;
    event.preventDefault(); // don't clear the drawing
    this.#callbacks.onEnd();
  }

  #button(text, onclick) {
    return h("button", { type: "button", text, onclick, "data-uses-link": true });
  }
}
