/* Names, accuracies and times of runs, and names of settings, as text. */

const ABBREVIATIONS = { ema: "EMA", lr: "LR" };

/** The name of a setting, such as "Batch size". */
export function settingLabel(name) {
  const [first, ...words] = name.split("_");
  return [ABBREVIATIONS[first] ?? first[0].toUpperCase() + first.slice(1), ...words].join(" ");
}

/** The name of a run. The trainer names a run without one after its recipe and the time; shortened here to "tfjs 12:30". */
export const runName = ({ name }) => name.replace(/-\d{8}-(\d\d)(\d\d)\d\d-\w+$/, " $1:$2");

/** The test accuracy, averaged over the model card's crops if the network has several. */
export const testAccuracy = ({ test: { n, ...accuracies } }) => accuracies["4"] ?? Object.values(accuracies)[0];

/** Seconds as a rounded time. */
export function formatTime(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** A proportion, 0..1, at the axis of a chart. */
export const axisPercent = (value) => `${+(value * 100).toFixed(2)} %`;
