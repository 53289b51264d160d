/* The lessons: the form that begins one, and those so far. */

import { byId, h } from "../shared/dom.js";
import { fetchTrainer } from "../shared/trainer-api.js";

const SURE = 4000; // ms within which a second press means it
const AGAIN = "Press again to delete for good";

/** Have a button do what cannot be undone at a second press only. */
export function twice(button, work) {
  const [text, name] = [button.textContent, button.ariaLabel];
  const ask = (asks) => {
    button.textContent = asks ? AGAIN : text;
    button.ariaLabel = asks && name ? `${AGAIN}: ${name}` : name;
  };
  button.addEventListener("click", ({ detail }) => {
    const sure = button.textContent !== text;
    if (sure && detail > 1) return; // the second half of a double click
    ask(!sure);
    if (sure) work();
    else setTimeout(ask, SURE, false);
  });
}

/** Open the form; `begun(lesson)` hears of a new one. `attempt(work, place)` says at a place what went wrong. */
export function openForm(attempt, begun) {
  const inputs = () => [...byId("characters").querySelectorAll("input")];
  const labels = () => inputs().map(({ value }) => value.trim()).filter(Boolean);
  const name = () => (byId("start").textContent = `Begin with ${labels().join(", ")}`);
  byId("characters").addEventListener("input", name);
  byId("add").addEventListener("click", () => {
    byId("add").before(h("input", { ariaLabel: `Character ${inputs().length + 1}`, maxLength: 20 }));
    inputs().at(-1).focus();
  });
  byId("begin").addEventListener("submit", (event) => {
    event.preventDefault();
    const json = { labels: labels(), network: byId("network").value };
    if (byId("rate").value) json.learning_rate = Number(byId("rate").value);
    attempt(async () => begun(await fetchTrainer("/lessons", { json })), byId("begin-problem"));
  });
}

/** What a lesson is, in a line. */
function about({ name, labels, network, drawings, updated }) {
  const n = Object.values(drawings).reduce((sum, count) => sum + count);
  const when = new Date(updated).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  const own = name === labels.join(", ") ? "" : `${labels.join(", ")} · `;
  return `${own}${n} drawing${n === 1 ? "" : "s"} · ${network} · ${when}`;
}

/** Tell in the list of a lesson as it is by now. */
export function relist(lesson) {
  const row = document.querySelector(`[data-lesson="${lesson.id}"]`);
  if (!row) return;
  row.querySelector("a").textContent = lesson.name;
  row.querySelector(".hint").textContent = about(lesson);
}

/** Load and list the lessons; `current` is the ID of the open one, `gone(id)` hears of a deleted one. */
export async function listLessons(attempt, current, gone) {
  const { lessons } = await fetchTrainer("/lessons?limit=500");
  const rows = lessons.map((lesson) => {
    const { id, name } = lesson;
    const drop = h("button", { type: "button", text: "Delete", ariaLabel: `Delete the lesson ${name}` });
    twice(drop, () =>
      attempt(async () => {
        await fetchTrainer(`/lessons/${id}`, { method: "DELETE" });
        gone(id);
      }, byId("lessons-problem")),
    );
    const link = h("a", { href: `/teach?lesson=${id}`, text: name, ...(id === current && { "aria-current": "page" }) });
    return h("li", { "data-lesson": id }, link, h("span", { class: "hint", text: about(lesson) }), drop);
  });
  byId("lessons").replaceChildren(...(rows.length ? rows : [h("li", { class: "hint", text: "None yet." })]));
}
