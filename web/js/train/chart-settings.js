/* The settings of all charts of the view: smoothing, and a logarithmic scale of the loss. */

import { byId } from "../shared/dom.js";

/** These settings as url-state.js declares them. */
export const CHART_SETTINGS = { smoothing: { default: "0" }, scale: { default: "linear", choices: ["linear", "log"] } };

/** Set up both inputs. charts, losses: all charts, and those of a loss; `onChange(changes)` is called when a setting is changed. */
export function initChartSettings({ smoothing, scale }, { charts, losses }, onChange) {
  const [slider, box] = [byId("smoothing"), byId("log-loss")];
  const show = () => {
    byId("smoothing-value").textContent = Number(slider.value).toFixed(2);
    for (const chart of charts) chart.setOptions({ smoothing: Number(slider.value) });
    for (const chart of losses) chart.setOptions({ log: box.checked });
  };
  slider.value = Number(smoothing) || 0;
  box.checked = scale === "log";
  show();
  for (const input of [slider, box]) input.addEventListener("input", show);
  slider.addEventListener("change", () => onChange({ smoothing: String(Number(slider.value)) }));
  box.addEventListener("change", () => onChange({ scale: box.checked ? "log" : "linear" }));
}
