/* The progress of training: a sentence about the current step, and the loss of each drawing before and after it. */

import { byId } from "../shared/dom.js";
import { LineChart } from "../shared/line-chart.js";

const series = [{ name: "before" }, { name: "after" }];
const lossChart = new LineChart(byId("loss-chart"), { title: "Loss of each drawing", x: "step", series });

/** state: "ready", "training" or "trained". */
export function showStatus(state, sentence) {
  byId("training-status").dataset.state = state;
  byId("training-status").textContent = sentence;
}

/** Show the history of a lesson, as GET /lessons/ID/history returns it. */
export function showHistory(history) {
  lossChart.show(["loss_before", "loss"].map((loss) => history.map((each) => [each.steps, each[loss]])));
}
