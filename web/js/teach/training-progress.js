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

/** Enable the buttons for what can be done with the drawing, and unless `keepsStatus`, say it. */
export function showReady({ label, mode, isEmpty, isFitting, hasDrawings, keepsStatus }) {
  const isTeaching = mode === "teach";
  for (const button of ["train-once", "train-ten-times"]) byId(button).disabled = isEmpty || !isTeaching || isFitting;
  byId("train-all").disabled = isFitting || !hasDrawings;
  if (keepsStatus) return;
  const instruction = isEmpty ? `Draw an example of ${label}.` : `Train the network on this ${label}.`;
  showStatus("ready", isTeaching ? instruction : "Draw anything to test the network. Nothing is trained.");
}

/** Show the history of a lesson, as GET /lessons/ID/history returns it. */
export function showHistory(history) {
  lossChart.show(["loss_before", "loss"].map((loss) => history.map((each) => [each.steps, each[loss]])));
}
