/* A line chart's points as a CSV file, and its picture as a PNG file. */

import { downloadFile } from "./dom.js";
import { color } from "./theme.js";

const MARGIN = 12; // pixels
const quote = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** type: "CSV" or "PNG". points, options: those of the chart. */
export function downloadChart(type, canvas, points, { title, x, series }) {
  const name = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  if (type === "PNG") return withBackground(canvas, title).toBlob((blob) => downloadFile(blob, `${name}.png`));
  const rows = points.flatMap((each, i) => each.map(([at, y]) => [series[i].name || title, at, y ?? ""]));
  const lines = [["series", x, title], ...rows].map((row) => row.map((value) => quote(String(value))).join());
  downloadFile(`${lines.join("\n")}\n`, `${name}.csv`, "text/csv");
}

/** A copy of the canvas with a background, and the title above it. */
function withBackground(source, title) {
  const scale = source.width / source.clientWidth;
  const [margin, head] = [MARGIN * scale, 2 * MARGIN * scale];
  const canvas = Object.assign(document.createElement("canvas"), { width: source.width + 2 * margin, height: source.height + 2 * margin + head });
  const context = canvas.getContext("2d");
  context.fillStyle = color("--surface");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = color("--text");
  context.font = `600 ${15 * scale}px system-ui, sans-serif`;
  context.fillText(title, margin, margin + head / 2);
  context.drawImage(source, margin, margin + head);
  return canvas;
}
