/* Past reports: the newest first, to look at and to put beside each other. */

import { byId, cloneTemplate } from "../shared/dom.js";
import { formatCount, formatPercent } from "../shared/format.js";
import { fetchJson } from "../shared/http.js";

const when = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const rows = byId("past").tBodies[0];

/** Load the newest, or those before one. heard: show(id), toggle(id), loaded(), and failed(error) of older ones. */
export async function loadPast(heard, before) {
  const query = new URLSearchParams({ limit: 10, show: "crops", ...(before && { before }) });
  const { reports, next } = await fetchJson(`/reports?${query}`);
  if (!before) rows.replaceChildren();
  rows.append(...reports.map(({ id, created, model, data, ...figures }) => {
    const row = cloneTemplate("report", {
      when: when.format(new Date(created)), set: data.name, model, crops: figures.crops.length,
      n: formatCount(data.n), accuracy: formatPercent(figures.accuracy), loss: figures.loss.toFixed(4),
    });
    const [link, box] = row.querySelectorAll("a, input");
    row.id = id;
    link.search = `?report=${id}`;
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab or window of its own
      event.preventDefault();
      heard.show(id);
    });
    box.addEventListener("change", () => heard.toggle(id));
    return row;
  }));
  byId("none").hidden = Boolean(rows.children.length);
  byId("older").hidden = !next;
  byId("older").onclick = ({ target }) => {
    target.hidden = true; // else a second press would bring the same ones again
    loadPast(heard, next).catch((error) => {
      target.hidden = false;
      heard.failed(error);
    });
  };
  heard.loaded();
}

/** Mark the reports that are shown: the first, and those beside it. */
export function markPast([first, ...others]) {
  for (const row of rows.children) {
    const [link, box] = row.querySelectorAll("a, input");
    link.ariaCurrent = String(row.id === first);
    Object.assign(box, { checked: others.includes(row.id), disabled: !first || row.id === first });
  }
}
