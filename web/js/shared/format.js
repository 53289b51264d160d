/* Numbers as text. Independent of the page. */

const TENTHS = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const HUNDREDTHS = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const SIGNED = new Intl.NumberFormat("en", { signDisplay: "always", minimumFractionDigits: 2, maximumFractionDigits: 2 });
const WHOLE = new Intl.NumberFormat("en");

/** A probability, 0..1, as "99.9 %". Never "100 %": no network is certain, and a probability of 1 is a rounded number. */
export function formatProbability(probability) {
  return `${TENTHS.format(Math.min(probability * 100, 99.9))}\u00a0%`;
}

/** A measured proportion, 0..1, as "99.53 %". */
export function formatPercent(value) {
  return `${HUNDREDTHS.format(value * 100)}\u00a0%`;
}

/** A number as "+1.50" or "−1.50". */
export function formatSigned(value) {
  return SIGNED.format(value).replace("-", "−");
}

/** A count as "10,000". */
export function formatCount(value) {
  return WHOLE.format(value);
}

/** The index of the largest value. */
export function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** The minimum and maximum of each column of rows of equal length: [[min, max], …]. */
export function columnRanges(rows) {
  return rows[0].map((_, column) => {
    const values = rows.map((row) => row[column]);
    return [Math.min(...values), Math.max(...values)];
  });
}
