/* The confusion matrix: a table whose cells are buttons. Rows are true labels, columns predicted ones. */

import { h } from "../shared/dom.js";
import { formatCount } from "../shared/format.js";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -1e3], End: [0, 1e3] };
const sumOrOne = (counts) => counts.reduce((a, b) => a + b) || 1; // to divide by
const formatTenths = (value) => value.toFixed(1);
const formatChange = (value) => (value < 0 ? "−" : "+") + formatCount(Math.abs(value));

export class ConfusionMatrix {
  #table;
  #onSelect;
  #cells = []; // rows of buttons
  #position = [0, 0]; // of the cell that the Tab key reaches

  /** `onSelect(i, j)` is called when a cell is clicked. */
  constructor(table, onSelect) {
    this.#table = table;
    this.#onSelect = onSelect;
    table.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      const last = this.#cells.length - 1;
      this.#setTabStop(this.#position.map((index, axis) => Math.min(last, Math.max(0, index + step[axis])))).focus();
    });
  }

  /** Show a matrix. values: "counts"; percentages of "true" or "predicted" labels; or "change": `other` minus this matrix. */
  show({ labels, counts }, values, other) {
    const rowSums = counts.map(sumOrOne);
    const columnSums = counts.map((_, j) => sumOrOne(counts.map((row) => row[j])));
    const [compute, format] = {
      counts: [(i, j) => counts[i][j], formatCount],
      true: [(i, j) => (100 * counts[i][j]) / rowSums[i], formatTenths],
      predicted: [(i, j) => (100 * counts[i][j]) / columnSums[j], formatTenths],
      change: [(i, j) => other.counts[i][j] - counts[i][j], formatChange],
    }[values];
    const numbers = counts.map((row, i) => row.map((_, j) => compute(i, j)));
    const maxima = [false, true].map((onDiagonal) => maxMagnitude(numbers, onDiagonal));
    this.#cells = numbers.map((row, i) => row.map((number, j) => {
      const description = `true ${labels[i]}, predicted ${labels[j]}: ${formatCount(counts[i][j])}`;
      const isGood = (i === j) === (values !== "change" || number > 0);
      const cell = h("button", { type: "button", title: description, text: number ? format(number) : "·" });
      cell.className = number ? (isGood ? "good" : "bad") : "zero";
      cell.ariaLabel = values === "counts" ? description : `${description}, ${values === "change" ? "change" : "percent"} ${format(number)}`;
      cell.style.setProperty("--tint", Math.sqrt(Math.abs(number) / maxima[+(i === j)]));
      cell.addEventListener("click", () => this.#onSelect(i, j));
      return cell;
    }));
    const head = this.#table.tHead.rows[0];
    head.replaceChildren(head.cells[0], ...labels.map((text) => h("th", { scope: "col", text })));
    this.#table.tBodies[0].replaceChildren(...this.#cells.map((cells, i) =>
      h("tr", {}, h("th", { scope: "row", text: labels[i] }), ...cells.map((cell) => h("td", {}, cell)))));
    this.#setTabStop([0, 0]);
  }

  /** Mark the selected cell. */
  select(i, j) {
    for (const cell of this.#cells.flat()) cell.ariaPressed = "false";
    this.#setTabStop([i, j]).ariaPressed = "true";
  }

  #setTabStop([i, j]) {
    for (const cell of this.#cells.flat()) cell.tabIndex = -1;
    this.#position = [i, j];
    this.#cells[i][j].tabIndex = 0;
    return this.#cells[i][j];
  }
}

/** The largest magnitude on the diagonal, or off it: correct predictions outnumber mistakes by far. */
function maxMagnitude(rows, onDiagonal) {
  return Math.max(1e-9, ...rows.flatMap((row, i) => row.filter((_, j) => (i === j) === onDiagonal).map(Math.abs)));
}
