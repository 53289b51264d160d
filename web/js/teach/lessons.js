/* The form for a new lesson, and the list of lessons. */

import { byId, h } from "../shared/dom.js";
import { fetchTrainer } from "../shared/trainer-api.js";

const CONFIRM_WITHIN = 4000; // ms
const CONFIRM = "Click again to delete";
const INVALID = { invalid_input: "Enter 2 to 40 labels, each of them once." };

/** Let a button run `action`, which can't be undone, only at a second click. */
export function confirmFirst(button, action) {
  const [text, name] = [button.textContent, button.ariaLabel];
  const setAsking = (isAsking) => {
    button.textContent = isAsking ? CONFIRM : text;
    button.ariaLabel = isAsking && name ? `${CONFIRM}: ${name}` : name;
    button.toggleAttribute("data-asking", isAsking);
  };
  button.addEventListener("click", ({ detail }) => {
    const isConfirmed = "asking" in button.dataset;
    if (isConfirmed && detail > 1) return; // the second half of a double click
    setAsking(!isConfirmed);
    if (isConfirmed) action();
    else setTimeout(setAsking, CONFIRM_WITHIN, false);
  });
}

/** Set up the form. `run(action, element, overrides)`: see ActionQueue; `onStart(lesson)` is called with a new lesson. */
export function initLessonForm(run, onStart) {
  const inputs = () => [...byId("characters").querySelectorAll("input")];
  const labels = () => inputs().map(({ value }) => value.trim()).filter(Boolean);
  const update = () => {
    byId("start-lesson").textContent = `Start with ${labels().join(", ")}`;
    byId("new-learning-rate").placeholder = `default ${byId("network").selectedOptions[0].dataset.learningRate}`;
  };
  byId("new-lesson").addEventListener("input", update);
  byId("add-label").addEventListener("click", () => {
    byId("add-label").before(h("input", { ariaLabel: `Label ${inputs().length + 1}`, maxLength: 20 }));
    inputs().at(-1).focus();
  });
  byId("new-lesson").addEventListener("submit", (event) => {
    event.preventDefault();
    const json = { labels: labels(), network: byId("network").value };
    if (byId("new-learning-rate").value) json.learning_rate = Number(byId("new-learning-rate").value);
    run(async () => onStart(await fetchTrainer("/lessons", { json })), byId("new-lesson-error"), INVALID);
  });
}

function describeLesson({ name, labels, network, drawings, updated }) {
  const n = Object.values(drawings).reduce((sum, count) => sum + count);
  const time = new Date(updated).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  const labelList = name === labels.join(", ") ? "" : `${labels.join(", ")} · `;
  return `${labelList}${n} drawing${n === 1 ? "" : "s"} · ${network} · ${time}`;
}

/** Update a lesson in the list. */
export function updateLesson(lesson) {
  const row = document.querySelector(`[data-lesson="${lesson.id}"]`);
  if (!row) return;
  row.querySelector("a").textContent = lesson.name;
  row.querySelector(".hint").textContent = describeLesson(lesson);
}

/** Load and list the lessons. currentId: of the open one; `onDelete(id)` is called when one has been deleted. */
export async function listLessons(run, currentId, onDelete) {
  const { lessons } = await fetchTrainer("/lessons?limit=500");
  const rows = lessons.map((lesson) => {
    const { id, name } = lesson;
    const button = h("button", { type: "button", text: "Delete", ariaLabel: `Delete lesson ${name}` });
    const deleteLesson = async () => {
      await fetchTrainer(`/lessons/${id}`, { method: "DELETE" });
      onDelete(id);
    };
    confirmFirst(button, () => run(deleteLesson, byId("lessons-error")));
    const link = h("a", { href: `/teach?lesson=${id}`, text: name, ...(id === currentId && { "aria-current": "page" }) });
    return h("li", { "data-lesson": id }, link, h("span", { class: "hint", text: describeLesson(lesson) }), button);
  });
  byId("lessons").replaceChildren(...(rows.length ? rows : [h("li", { class: "hint", text: "No lessons yet." })]));
}
