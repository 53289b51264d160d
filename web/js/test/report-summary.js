/* The figures of reports: of a set as a whole and of each label, side by side where reports are compared. */

import { byId, h } from "../shared/dom.js";
import { formatCount, formatPercent } from "../shared/format.js";

const Z = 1.96; // of a normal distribution's middle 95 %
const LABEL = ["recall", "precision", "f1"];

/** Of a report: the figure, as text, and whether more is better (1), worse (-1) or neither; in the order of the table's rows. */
const FIGURES = [
  [({ accuracy }) => accuracy, formatPercent, 1],
  [interval, ([low, high]) => `${formatPercent(low).slice(0, -2)}–${formatPercent(high)}`],
  [({ mistakes }) => mistakes.length, formatCount, -1],
  [({ data }) => data.n, formatCount],
  [({ loss }) => loss, (value) => value.toFixed(4), -1],
  [({ macro }) => macro.f1, formatPercent, 1],
  [({ calibration }) => calibration?.error, formatPercent, -1],
  [({ known }) => known?.rejected, formatPercent, 0],
  [({ data, seconds }) => data.n / Math.max(seconds, 0.001), (value) => formatCount(Math.round(value))],
];

/** How a report is called beside others. */
export function nameOf({ model, crops: { length } }) {
  return `${model}, ${length} crop${length > 1 ? "s" : ""}`;
}

/** What holds a share measured on n samples 95 times of 100 (Wilson 1927). */
function interval({ accuracy: p, data: { n } }) {
  const half = Z * Math.sqrt((p * (1 - p)) / n + (Z / (2 * n)) ** 2);
  return [-half, half].map((side) => (p + (Z * Z) / (2 * n) + side) / (1 + (Z * Z) / n));
}

/** A difference with its sign, in the color of what is better or worse. */
function change(difference, format, better = 0) {
  const text = format(Math.abs(difference));
  if (text === format(0)) return h("small", { text: "=" });
  const kind = { 1: "correct", "-1": "incorrect" }[Math.sign(difference * better)];
  return h("small", { class: kind ?? null, text: (difference < 0 ? "−" : "+") + text });
}

/** A column a report, and how it differs from the first. */
export function showFigures(reports) {
  const { tHead, tBodies } = byId("figures");
  tHead.rows[0].replaceChildren(h("td"), ...reports.map((each) => h("th", { scope: "col", class: "number", text: nameOf(each) })));
  FIGURES.forEach(([figure, format, better], i) => {
    const row = tBodies[0].rows[i];
    const [first, ...others] = reports.map((report) => figure(report));
    const cell = (value, more) => h("td", { class: "number", text: value === undefined ? "–" : format(value) }, more);
    const beside = (value) => (better === undefined || first === undefined || value === undefined ? null : change(value - first, format, better));
    row.replaceChildren(row.cells[0], cell(first), ...others.map((value) => cell(value, beside(value))));
  });
}

/** A row a label, and how F1 changes in another report. */
export function showClasses({ classes }, other) {
  const least = Math.min(...classes.flatMap((each) => (each.n ? LABEL.map((figure) => each[figure]) : [])));
  const floor = Math.max(0, Math.floor(100 * least - 1) / 100); // so that shares near 1 can be told apart
  byId("classes").tBodies[0].replaceChildren(...classes.map(({ label, n, ...own }, i) => {
    const bars = LABEL.map((figure) => {
      const bar = h("span", { class: "bar" });
      bar.style.setProperty("--share", n ? (own[figure] - floor) / (1 - floor) : 0);
      return h("td", {}, bar, n ? formatPercent(own[figure]) : "–");
    });
    const more = other ? h("td", { class: "number" }, change(other.classes[i].f1 - own.f1, formatPercent, 1)) : null;
    return h("tr", {}, h("th", { scope: "row", text: label }), h("td", { class: "number", text: formatCount(n) }), ...bars, more);
  }));
  byId("f1-change").hidden = !other;
  byId("floor").textContent = `${Math.round(100 * floor)} %`;
}
