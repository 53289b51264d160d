/* The lessons: the form that begins one, and those so far. */

import { byId, h, problem } from "../shared/elements.js";
import { ask } from "../shared/trainer.js";

const SURE = 4000; // ms within which a second press means it

/** Have a button do what cannot be undone at a second press only. */
export function twice(button, work) {
  const text = button.textContent;
  button.addEventListener("click", () => {
    const sure = button.textContent !== text;
    button.textContent = sure ? text : "Press again to delete for good";
    if (sure) work();
    else setTimeout(() => (button.textContent = text), SURE);
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
    attempt(async () => begun(await ask("/lessons", { json })), byId("begin-problem"));
  });
}

/** Load and list the lessons; `current` is the ID of the open one, `gone(id)` hears of a deleted one. */
export async function listLessons(attempt, current, gone) {
  const { lessons } = await ask("/lessons?limit=500");
  const rows = lessons.map(({ id, name, labels, network, drawings, changed }) => {
    const n = Object.values(drawings).reduce((sum, count) => sum + count);
    const when = new Date(changed).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
    const own = name === labels.join(", ") ? "" : `${labels.join(", ")} · `;
    const drop = h("button", { type: "button", text: "Delete", ariaLabel: `Delete the lesson ${name}` });
    twice(drop, () =>
      attempt(async () => {
        await ask(`/lessons/${id}`, { method: "DELETE" });
        gone(id);
      }, byId("lessons-problem")),
    );
    const link = h("a", { href: `/teach?lesson=${id}`, text: name, ...(id === current && { "aria-current": "page" }) });
    const about = `${own}${n} drawing${n === 1 ? "" : "s"} · ${network} · ${when}`;
    return h("li", {}, link, h("span", { class: "hint", text: about }), drop);
  });
  byId("lessons").replaceChildren(...(rows.length ? rows : [h("li", { class: "hint", text: "None yet." })]));
}
