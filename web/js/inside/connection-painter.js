/* Paints connections over the map of the network, and the outline of the selected map. */

import { color } from "../shared/theme.js";

const MAX_LINE = 4; // CSS pixels, of the strongest connection
const FAINT = 0.35; // opacity of connections that weren't asked for

export class ConnectionPainter {
  /** connections: see `connectionsTo`; node: the selected {layer, map}, or null if they are the background; scale: see `layOut`. */
  constructor(connections, node, scale) {
    Object.assign(this, { connections, node, scale });
  }

  /** Paint what is below the maps. */
  below(context, layout) {
    if (!this.node) this.#paintConnections(context, layout, FAINT);
  }

  /** Paint what is above the maps. */
  above(context, layout) {
    if (!this.node) return;
    this.#paintConnections(context, layout, 1);
    const box = layout.boxes.get(this.node.layer);
    const { left, top, width, height } = box.isStrip ? box.whole : box.cell(this.node.map);
    const line = 2 * this.scale;
    const outset = box.isLabels ? -line / 2 : line / 2; // labels reach to the edge of the canvas
    Object.assign(context, { strokeStyle: color("--text"), lineWidth: line });
    context.strokeRect(left - outset, top - outset, width + 2 * outset, height + 2 * outset);
  }

  #paintConnections(context, { boxes, isStacked }, opacity) {
    const maxima = new Map(); // target layer -> its strongest connection
    for (const { target: [layer], strength } of this.connections) {
      maxima.set(layer, Math.max(maxima.get(layer) ?? 0, Math.abs(strength ?? 1)));
    }
    context.lineCap = "round";
    for (const { source, target, strength } of this.connections) {
      const share = Math.abs(strength ?? 1) / maxima.get(target[0]) || 0;
      context.strokeStyle = color(strength === null ? "--muted" : strength < 0 ? "--counter" : "--accent");
      context.setLineDash(strength < 0 ? [4 * this.scale, 4 * this.scale] : []);
      context.lineWidth = (strength === null ? 1.5 : 0.5 + (MAX_LINE - 0.5) * share) * this.scale;
      context.globalAlpha = opacity * (0.1 + 0.8 * share);
      const [from, to] = [source, target].map(([layer, map]) => boxes.get(layer).cell(map));
      if (boxes.get(target[0]).isLabels) to.width = this.scale; // to the label, not to the middle of its row
      paintCurve(context, from, to, isStacked);
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
  }
}

/** A curve from the middle of the edge of one rectangle to that of another one. */
function paintCurve(context, from, to, isStacked) {
  context.beginPath();
  if (isStacked) {
    const [x0, y0, x1, y1] = [from.left + from.width / 2, from.top + from.height, to.left + to.width / 2, to.top];
    context.moveTo(x0, y0);
    context.bezierCurveTo(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2, x1, y1);
  } else {
    const [x0, y0, x1, y1] = [from.left + from.width, from.top + from.height / 2, to.left, to.top + to.height / 2];
    context.moveTo(x0, y0);
    context.bezierCurveTo((x0 + x1) / 2, y0, (x0 + x1) / 2, y1, x1, y1);
  }
  context.stroke();
}
