/* The kernels of a layer: all of them if it has one input map, otherwise those of the selected map. */

import { ColorBar } from "../shared/color-scale.js";
import { h } from "../shared/dom.js";
import { FeatureMaps } from "./feature-maps.js";

export class LayerKernels {
  #layer;
  #map = null; // whose kernels are shown
  #maps;
  #caption = h("p", { class: "hint" });
  #colorBar = new ColorBar();

  /** onSelect(index) is called when a kernel is chosen. */
  constructor(layer, onSelect) {
    this.#layer = layer;
    const { inputs, maps, window: [height, width] } = layer;
    const onMove = (at) => at && onSelect(at[0]);
    const size = { maps: inputs > 1 ? inputs : maps, height, width, maxSide: 36 };
    const name = `Kernels of ${layer.name}`;
    this.#maps = new FeatureMaps({ ...size, wholeMaps: true, name, onPoint: () => {}, onMove, onPin: onMove });
    this.elements = [this.#caption, this.#maps.element, this.#colorBar.element];
  }

  /** Show the kernels of a map. */
  show(map) {
    const { inputs, maps, window: [height, width], maxWeight: high } = this.#layer;
    if (map === this.#map || (inputs === 1 && this.#map !== null)) return;
    this.#map = map;
    const layer = this.#layer;
    const get = (index, y, x) => (inputs > 1 ? layer.weight(y, x, index, map) : layer.weight(y, x, 0, index));
    const ofMap = `The ${inputs} kernels of map ${map + 1}, one per input map. Point at another map to see its kernels.`;
    this.#caption.textContent = inputs > 1 ? ofMap : `${maps} ${maps > 1 ? "kernels" : "kernel"} of ${height} × ${width}.`;
    this.#maps.show({ get, high, signed: true });
    this.#colorBar.show({ high, signed: true });
  }

  /** Outline a kernel; none with null. */
  outline(index) {
    const [height, width] = this.#layer.window;
    if (index === null) this.#maps.outline(null);
    else this.#maps.outline([index, 0, 0], { top: 0, left: 0, height, width });
  }
}
