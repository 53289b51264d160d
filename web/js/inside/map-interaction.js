/* Pointer, touch and keyboard on the map of the network: select a map, see what feeds it, go to its layer. */

import { byId } from "../shared/dom.js";
import { ConnectionPainter } from "./connection-painter.js";
import { describeMap } from "./map-description.js";
import { MapTools } from "./map-tools.js";
import { connectionsTo, weightConnections } from "./network-links.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HINT = "Point at a map or a label to see what feeds it. Click it to go to its layer.";
const TOUCH_HINT = "Tap a map or a label to see what feeds it. Tap it again to go to its layer.";

export class MapInteraction {
  #map;
  #canvas;
  #onOpen;
  #liveRegion;
  #weights = [];
  #isTouch = false;

  /** map: a NetworkMap; onOpen(layer, map) is called when a map is clicked. link: {state, save}, see MapTools. */
  constructor(map, canvas, { onOpen, liveRegion, link }) {
    [this.#map, this.#canvas, this.#onOpen, this.#liveRegion] = [map, canvas, onOpen, liveRegion];
    canvas.addEventListener("pointerdown", ({ pointerType }) => (this.#isTouch = pointerType !== "mouse"));
    canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.#select(this.#nodeAt(event)));
    canvas.addEventListener("pointerleave", () => canvas.matches(":focus-visible") || this.#isTouch || this.#select(null));
    canvas.addEventListener("click", (event) => this.#handleClick(this.#nodeAt(event)));
    canvas.addEventListener("keydown", (event) => this.#handleKey(event));
    canvas.addEventListener("blur", () => this.#select(null));
    Object.assign(canvas, { tabIndex: 0, role: "application" });
    this.tools = new MapTools(map, link);
    this.setNetwork();
  }

  /** React to another network of the map, before it is laid out. */
  setNetwork() {
    const { network, labels } = this.#map;
    this.#weights = weightConnections(network);
    const weights = this.#weights.length ? ` Lines show all ${this.#weights.length} weights.` : "";
    const count = `${network.layers.length} layers, ${labels.length} labels.${weights}`;
    this.#canvas.ariaLabel = `Map of the network: ${count} Arrow keys move, Enter opens a layer.`;
  }

  #select(node) {
    this.#map.select(node);
  }

  /** Describe the selected map and return a painter of its connections; with null, of the weights if they are few. */
  describe(node, scale) {
    const connections = node ? connectionsTo(node.layer, node.map) : this.#weights;
    const hint = matchMedia("(pointer: coarse)").matches ? TOUCH_HINT : HINT;
    const whole = node && this.#map.boxes.get(node.layer).isStrip;
    const text = node ? describeMap(node.layer, whole ? null : node.map, connections, this.#map) : hint;
    if (byId("map-caption").textContent !== text) byId("map-caption").textContent = text;
    this.#canvas.ariaDescription = node ? text : "";
    return new ConnectionPainter(connections, node, scale);
  }

  #nodeAt({ offsetX, offsetY }) {
    for (const [layer, box] of this.#map.boxes) {
      const map = box.mapAt(offsetX, offsetY);
      if (map !== null) return { layer, map };
    }
    return null;
  }

  #handleClick(node) {
    const selected = this.#map.selected;
    const isAgain = node && node.layer === selected?.layer && node.map === selected.map;
    if (this.#isTouch && !isAgain) this.#select(node);
    else if (node) this.#onOpen(node.layer, node.map);
  }

  #handleKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.#map.boxes.size) return;
    const [{ selected }, first, last] = [this.#map, ...[0, -1].map((i) => ({ layer: this.#map.network.layers.at(i), map: 0 }))];
    const isOpening = event.key === "Enter" || event.key === " ";
    if (event.key in ARROWS) this.#select(selected ? this.#neighbor(selected, ARROWS[event.key]) : first);
    else if (event.key === "Home") this.#select(first);
    else if (event.key === "End") this.#select(last);
    else if (event.key === "Escape" && selected) this.#select(null);
    else if (isOpening && selected) this.#onOpen(selected.layer, selected.map);
    else return;
    event.preventDefault();
    if (this.#map.selected && !isOpening) this.#liveRegion.announce(byId("map-caption").textContent);
  }

  /** The nearest map in a direction, or the same one. */
  #neighbor(node, [right, down]) {
    const center = (layer, map) => {
      const box = this.#map.boxes.get(layer);
      const { left, top, width, height } = box.isStrip ? box.whole : box.cell(map);
      return [left + width / 2, top + height / 2];
    };
    const [x0, y0] = center(node.layer, node.map);
    let [best, lowest] = [node, Infinity];
    for (const [layer, { count }] of this.#map.boxes) {
      for (let map = 0; map < count; map++) {
        const [x, y] = center(layer, map);
        const along = (x - x0) * right + (y - y0) * down;
        const cost = along + 3 * Math.abs((x - x0) * down + (y - y0) * right);
        if (along > 1 && cost < lowest) [best, lowest] = [{ layer, map }, cost];
      }
    }
    return best;
  }
}
