/* The panel of a report, or of several that are compared: figures, confusion matrix, images, charts and downloads. */

import { byId } from "../shared/dom.js";
import { formatCount, formatPercent } from "../shared/format.js";
import { LineChart } from "../shared/line-chart.js";
import { ConfusionMatrix } from "./confusion-matrix.js";
import { Gallery } from "./gallery.js";
import { reportName, showLabelMetrics, showSummary } from "./report-summary.js";

/** What the cells of the confusion matrix show, as url-state.js declares it. */
export const VALUES = { default: "counts", choices: ["counts", "true", "predicted", "change"] };
const NORMALIZED = ["true", "predicted"];

export class ReportPanel {
  #matrix = new ConfusionMatrix(byId("confusion-matrix"), (i, j) => this.#selectCell(i, j));
  #cellGallery = new Gallery("cell-images");
  #mistakeGallery = new Gallery("mistakes");
  #charts = createCharts();
  #map = null; // a promise of the EmbeddingMap, once it is opened
  reports = []; // the open one, then those compared with it

  /** getState() returns {cell, values}; `onChange(changes)` is called when others are chosen. */
  constructor(getState, onChange) {
    Object.assign(this, { getState, onChange });
    byId("embedding").open = getState().map === "1";
    byId("embedding").addEventListener("toggle", ({ target }) => {
      onChange({ map: target.open ? "1" : null });
      this.#showMap();
    });
    byId("matrix-values").addEventListener("change", ({ target }) => {
      onChange({ values: target.value });
      this.#showMatrix();
    });
  }

  /** Show a report and those compared with it. */
  show(reports) {
    const [report, ...others] = reports;
    if (report.id !== this.reports[0]?.id) this.#charts.forEach(({ chart }) => chart.reset());
    this.reports = reports;
    byId("report").hidden = false;
    byId("report-title").textContent = `${reportName(report)}, on ${report.data.name}`;
    byId("comparison-hint").hidden = !others.length;
    byId("different-datasets").hidden = others.every(({ data }) => data.sha256 === report.data.sha256);
    showSummary(reports);
    showLabelMetrics(report, this.#comparable);
    const series = reports.map((each) => ({ name: others.length ? reportName(each) : "" }));
    for (const { chart, getPoints } of this.#charts) chart.show(reports.map(getPoints), { series });
    this.#showMatrix();
    this.#showMap();
    const title = `${formatCount(report.mistakes.length)} mistakes, most confident first`;
    this.#mistakeGallery.show(title, report, { order: "mistakes" });
  }

  /** Show the map of the images if it is open. */
  async #showMap() {
    if (!byId("embedding").open || !this.reports.length) return;
    this.#map ??= import("./embedding-map.js").then(({ EmbeddingMap }) => new EmbeddingMap());
    (await this.#map).show(this.reports[0]);
  }

  /** The first compared report, if it has the same labels. */
  get #comparable() {
    const [labels, otherLabels] = this.reports.map(({ classes }) => String(classes.map(({ label }) => label)));
    return labels === otherLabels ? this.reports[1] : undefined;
  }

  #showMatrix() {
    const [{ id, confusion_matrix: matrix }] = this.reports;
    const state = this.getState();
    const other = this.#comparable?.confusion_matrix;
    const values = state.values === "change" && !other ? "counts" : state.values;
    for (const radio of byId("matrix-values").querySelectorAll("input")) radio.checked = radio.value === values;
    byId("change-option").hidden = !other;
    this.#matrix.show(matrix, values, other);
    const normalize = NORMALIZED.includes(values) ? `&normalize=${values}` : "";
    for (const link of byId("downloads").children) {
      const { format } = link.dataset;
      link.href = `/reports/${id}` + (format === "json" ? "" : `/confusion-matrix?format=${format}${normalize}`);
      link.download = `${id}.${format}`;
    }
    const cells = matrix.labels.flatMap((label, i) => matrix.labels.map((predicted, j) => [`${label},${predicted}`, i, j]));
    const [, ...position] = cells.find(([name]) => name === state.cell) ?? [];
    byId("cell-images").hidden = !position.length;
    byId("cell-hint").hidden = position.length;
    if (position.length) this.#selectCell(...position);
  }

  #selectCell(i, j) {
    const [report] = this.reports;
    const { labels, counts } = report.confusion_matrix;
    const [label, predicted] = [labels[i], labels[j]];
    this.onChange({ cell: `${label},${predicted}` });
    this.#matrix.select(i, j);
    byId("cell-hint").hidden = true;
    const order = i === j ? "least_confident" : "most_confident";
    const images = `${formatCount(counts[i][j])} image${counts[i][j] === 1 ? "" : "s"}`;
    const title = `True ${label}, predicted ${predicted}: ${images}, ${order.replace("_", " ")} first`;
    this.#cellGallery.show(title, report, { true: label, predicted, order });
  }
}

function createCharts() {
  const create = (id, title, x, getPoints, options) => {
    return { chart: new LineChart(byId(id), { title, x, series: [], canDownload: true, ...options }), getPoints };
  };
  const batches = (field) => ({ batches }) => (batches ?? []).map((batch) => [batch.done, batch[field]]);
  const bins = ({ calibration }) => (calibration?.bins ?? []).map(({ confidence, accuracy, n }) => [confidence, accuracy, n]);
  return [
    create("chart-accuracy", "Accuracy of each batch", "images", batches("accuracy"), { format: formatPercent }),
    create("chart-loss", "Loss of each batch", "images", batches("loss")),
    create("chart-calibration", "Calibration", "confidence", bins, { y: "accuracy", xRange: [0, 1], yRange: [0, 1], diagonal: true }),
  ];
}
