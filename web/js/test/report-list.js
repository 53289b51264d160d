/* The list of stored reports, newest first, to open and to compare. */

import { byId, cloneTemplate } from "../shared/dom.js";
import { formatCount, formatPercent } from "../shared/format.js";
import { fetchJson } from "../shared/http.js";

const PAGE = 10; // reports
const dateFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const rows = byId("reports").tBodies[0];

/** Load the newest reports, or those before one. callbacks: onOpen(id), onToggle(id), onLoad(), onError(error) of older ones. */
export async function loadReports(callbacks, before) {
  const query = new URLSearchParams({ limit: PAGE, show: "crops", ...(before && { before }) });
  const { reports, next } = await fetchJson(`/reports?${query}`);
  if (!before) rows.replaceChildren();
  rows.append(...reports.map((report) => createRow(report, callbacks)));
  byId("no-reports").hidden = Boolean(rows.children.length);
  byId("older-reports").hidden = !next;
  byId("older-reports").onclick = ({ target }) => {
    target.hidden = true; // a double click must not load them twice
    loadReports(callbacks, next).catch((error) => {
      target.hidden = false;
      callbacks.onError(error);
    });
  };
  callbacks.onLoad();
}

function createRow({ id, created, model, data, crops, accuracy, loss }, { onOpen, onToggle }) {
  const row = cloneTemplate("report-template", {
    date: dateFormat.format(new Date(created)), dataset: data.name, model, crops: crops.length,
    n: formatCount(data.n), accuracy: formatPercent(accuracy), loss: loss.toFixed(4),
  });
  const [link, checkbox] = row.querySelectorAll("a, input");
  row.dataset.report = id;
  link.search = `?report=${id}`;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // opens another tab or window
    event.preventDefault();
    onOpen(id);
  });
  checkbox.addEventListener("change", () => onToggle(id));
  return row;
}

/** Mark the open report, the first, and those compared with it. */
export function markReports([openId, ...comparedIds]) {
  for (const row of rows.children) {
    const [link, checkbox] = row.querySelectorAll("a, input");
    const id = row.dataset.report;
    link.ariaCurrent = String(id === openId);
    Object.assign(checkbox, { checked: comparedIds.includes(id), disabled: !openId || id === openId });
  }
}
