/* The confusion matrix: a table whose cells are buttons. Rows are true labels, columns predicted ones. */

import { h } from "../shared/dom.js";
import { formatCount } from "../shared/format.js";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -1e3], End: [0, 1e3] };
const sum = (values) => values.reduce((a, b) => a + b) || 1;

export class Matrix {
  #table;
  #choose;
  #cells = []; // rows of buttons
  #at = [0, 0]; // the cell that the Tab key reaches

  /** `choose(i, j)` hears of a cell that is pressed. */
  constructor(table, choose) {
    this.#table = table;
    this.#choose = choose;
    table.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      this.#reach(this.#at.map((at, axis) => Math.min(this.#cells.length - 1, Math.max(0, at + step[axis])))).focus();
    });
  }

  /** Show counts, their shares of "true" or "predicted" labels, or their "change" to those of another matrix. */
  show({ labels, counts }, of, other) {
    const [rows, columns] = [counts.map(sum), counts.map((_, j) => sum(counts.map((row) => row[j])))];
    const [value, text] = {
      counts: [(i, j) => counts[i][j], formatCount],
      true: [(i, j) => (100 * counts[i][j]) / rows[i], (n) => n.toFixed(1)],
      predicted: [(i, j) => (100 * counts[i][j]) / columns[j], (n) => n.toFixed(1)],
      change: [(i, j) => other.counts[i][j] - counts[i][j], (n) => (n < 0 ? "−" : "+") + formatCount(Math.abs(n))],
    }[of];
    const values = counts.map((row, i) => row.map((_, j) => value(i, j)));
    const most = [false, true].map((on) => Math.max(1e-9, ...values.flatMap((row, i) => row.filter((_, j) => (i === j) === on).map(Math.abs))));
    this.#cells = values.map((row, i) => row.map((n, j) => {
      const said = `${labels[i]} read as ${labels[j]}: ${formatCount(counts[i][j])}`;
      const good = (i === j) === (of !== "change" || n > 0);
      const cell = h("button", { type: "button", title: said, text: n ? text(n) : "·", class: n ? (good ? "good" : "bad") : "none" });
      cell.ariaLabel = of === "counts" ? said : `${said}, ${of} ${text(n)}`;
      cell.style.setProperty("--tint", Math.sqrt(Math.abs(n) / most[+(i === j)]));
      cell.addEventListener("click", () => this.#choose(i, j));
      return cell;
    }));
    const head = this.#table.tHead.rows[0];
    head.replaceChildren(head.cells[0], ...labels.map((text) => h("th", { scope: "col", text })));
    this.#table.tBodies[0].replaceChildren(...this.#cells.map((cells, i) =>
      h("tr", {}, h("th", { scope: "row", text: labels[i] }), ...cells.map((cell) => h("td", {}, cell)))));
    this.#reach([0, 0]);
  }

  /** Mark the cell that is shown. */
  mark(i, j) {
    for (const cell of this.#cells.flat()) cell.ariaPressed = "false";
    this.#reach([i, j]).ariaPressed = "true";
  }

  #reach([i, j]) {
    for (const cell of this.#cells.flat()) cell.tabIndex = -1;
    this.#at = [i, j];
    this.#cells[i][j].tabIndex = 0;
    return this.#cells[i][j];
  }
}
