/* The figures of reports, in total and per label, side by side if reports are compared. */

import { formatInterval, wilsonInterval } from "../shared/confidence-interval.js";
import { byId, h } from "../shared/dom.js";
import { formatCount, formatPercent } from "../shared/format.js";

const METRICS = ["recall", "precision", "f1"];

/** Per row of the table: get(report), format(value), and whether a higher value is better (1), worse (-1) or neither (0); without
 *  that, no difference is shown. */
const FIGURES = [
  [({ accuracy }) => accuracy, formatPercent, 1],
  [({ accuracy, data: { n } }) => wilsonInterval(accuracy, n), formatInterval],
  [({ mistakes }) => mistakes.length, formatCount, -1],
  [({ data }) => data.n, formatCount],
  [({ loss }) => loss, (value) => value.toFixed(4), -1],
  [({ macro }) => macro.f1, formatPercent, 1],
  [({ calibration }) => calibration?.error, formatPercent, -1],
  [({ known }) => known?.rejected, formatPercent, 0],
  [({ data, seconds }) => data.n / Math.max(seconds, 0.001), (value) => formatCount(Math.round(value))],
];

/** The name of a report: its model and crops. */
export function reportName({ model, crops: { length } }) {
  return `${model}, ${length} crop${length > 1 ? "s" : ""}`;
}

function createDifference(difference, format, direction = 0) {
  const text = format(Math.abs(difference));
  if (text === format(0)) return h("small", { text: "=" });
  const result = { 1: "correct", "-1": "incorrect" }[Math.sign(difference * direction)];
  return h("small", { class: result ?? null, text: (difference < 0 ? "−" : "+") + text });
}

/** Show a column per report, with the differences to the first. */
export function showSummary(reports) {
  const { tHead, tBodies } = byId("summary");
  const heading = (report) => h("th", { scope: "col", class: "number", text: reportName(report) });
  tHead.rows[0].replaceChildren(h("td"), ...reports.map(heading));
  FIGURES.forEach(([get, format, direction], i) => {
    const row = tBodies[0].rows[i];
    const [first, ...others] = reports.map((report) => get(report));
    const cell = (value, difference) => h("td", { class: "number", text: value === undefined ? "–" : format(value) }, difference);
    const isComparable = (value) => direction !== undefined && first !== undefined && value !== undefined;
    const difference = (value) => (isComparable(value) ? createDifference(value - first, format, direction) : null);
    row.replaceChildren(row.cells[0], cell(first), ...others.map((value) => cell(value, difference(value))));
  });
}

/** Show a row per label, with the difference of F1 to another report. */
export function showLabelMetrics({ classes }, other) {
  const minimum = Math.min(...classes.flatMap((each) => (each.n ? METRICS.map((metric) => each[metric]) : [])));
  const origin = Math.max(0, Math.floor(100 * minimum - 1) / 100); // of the bars, so that values near 1 differ visibly
  byId("label-metrics").tBodies[0].replaceChildren(...classes.map(({ label, n, ...metrics }, i) => {
    const bars = METRICS.map((metric) => {
      const bar = h("span", { class: "bar" });
      bar.style.setProperty("--share", n ? (metrics[metric] - origin) / (1 - origin) : 0);
      return h("td", {}, bar, n ? formatPercent(metrics[metric]) : "–");
    });
    const difference = other && h("td", { class: "number" }, createDifference(other.classes[i].f1 - metrics.f1, formatPercent, 1));
    return h("tr", {}, h("th", { scope: "row", text: label }), h("td", { class: "number", text: formatCount(n) }), ...bars, difference);
  }));
  byId("f1-change").hidden = !other;
  byId("bar-origin").textContent = `${Math.round(100 * origin)} %`;
}
