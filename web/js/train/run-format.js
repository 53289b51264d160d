/* Runs in words: their names, results and times, and the names of settings. */

/** A setting's name as people write it. */
export const settingLabel = (name) => name[0].toUpperCase() + name.slice(1).replaceAll("_", " ");

/** The name of a run: one without a name of its own, by its recipe and the time at which it was asked for. */
export const runName = ({ name }) => name.replace(/-\d{8}-(\d\d)(\d\d)\d\d-\w+$/, " $1:$2");

/** The share of the test that was right, several crops averaged where the model does that. */
export const testAccuracy = ({ test: { n, ...right } }) => right["4"] ?? Object.values(right)[0];

/** Seconds in words, as rough as anybody wants them. */
export function formatTime(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** A share, 0..1, for the axis of a chart. */
export const axisPercent = (value) => `${+(value * 100).toFixed(2)} %`;
