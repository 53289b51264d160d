/* Rotated copies of labeled images, for an experiment. Independent of the page. */

/** An image, rows of gray levels, rotated about its center, by bilinear interpolation; outside is paper. */
export function rotateImage(rows, degrees) {
  const [height, width] = [rows.length, rows[0].length];
  const [centerY, centerX] = [(height - 1) / 2, (width - 1) / 2];
  const [sin, cos] = [Math.sin, Math.cos].map((f) => f((degrees * Math.PI) / 180));
  const pixel = (y, x) => rows[y]?.[x] ?? 0;
  return rows.map((row, i) => row.map((_, j) => {
    const y = centerY + (i - centerY) * cos - (j - centerX) * sin;
    const x = centerX + (i - centerY) * sin + (j - centerX) * cos;
    const [top, left] = [Math.floor(y), Math.floor(x)];
    const [down, right] = [y - top, x - left];
    const upper = pixel(top, left) * (1 - right) + pixel(top, left + 1) * right;
    const lower = pixel(top + 1, left) * (1 - right) + pixel(top + 1, left + 1) * right;
    return Math.round(upper * (1 - down) + lower * down);
  }));
}

/** Labeled images, [{label, image}], as a CSV file of labels and pixels. */
export function toCsvFile(images, name) {
  const lines = images.map(({ label, image }) => [label, ...image.flat()].join());
  return new File([lines.join("\n")], `${name}.csv`, { type: "text/csv" });
}
