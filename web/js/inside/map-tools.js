/* What opens below the map of the network: the animation of a layer and the shapes of convolutions. Loaded when opened. */

import { byId, loadStyles } from "../shared/dom.js";

export class MapTools {
  #map;
  #save;
  #animation = null;
  #shapes = null;

  /** map: the NetworkMap. state: {watch: "LAYER,MAP", shape: "KERNEL,STRIDE,PADDING"} of the link; save(part) changes it. */
  constructor(map, { state, save }) {
    [this.#map, this.#save] = [map, save];
    byId("animate").addEventListener("click", () => {
      if (byId("animation").hidden) this.#openAnimation({ isPlaying: true });
      else this.#close();
    });
    byId("shapes").addEventListener("toggle", () => this.#toggleShapes(state.shape));
    if (state.watch) this.#openAnimation({ watch: state.watch });
    if (state.shape) byId("shapes").open = true;
  }

  /** Show another network. */
  setNetwork() {
    if (!byId("animation").hidden) this.#animation?.setNetwork(null, 0);
  }

  update() {
    if (!byId("animation").hidden) this.#animation?.update();
  }

  async #openAnimation({ watch = null, isPlaying = false }) {
    const [{ LayerAnimation }] = await Promise.all([import("./layer-animation.js"), loadStyles("animation")]);
    const node = watch ? this.#find(watch) : this.#map.lastSelected;
    if (!this.#animation) {
      this.#animation = new LayerAnimation(this.#map, (chosen) => this.#watch(chosen));
      byId("animation").append(this.#animation.element);
    }
    this.#show(true);
    this.#animation.setNetwork(node?.layer, node?.map ?? 0);
    if (isPlaying) this.#animation.start();
  }

  /** The node of "LAYER,MAP"; without a valid number, the first map. */
  #find(watch) {
    const [name, number] = watch.split(",");
    const layer = this.#map.network.find(name);
    const isMap = Number.isInteger(Number(number)) && number >= 1 && number <= layer?.maps;
    return { layer, map: isMap ? number - 1 : 0 };
  }

  #close() {
    this.#animation.pause();
    this.#show(false);
    this.#watch(null);
  }

  #show(isShown) {
    byId("animation").hidden = !isShown;
    byId("animate").ariaExpanded = String(isShown);
    byId("animate").textContent = isShown ? "Close the animation" : "Watch a layer compute";
  }

  #watch(node) {
    this.#map.watch(node);
    this.#save({ watch: node && `${node.layer.name},${node.map + 1}` });
  }

  async #toggleShapes(shape) {
    if (!byId("shapes").open) return this.#save({ shape: null });
    const [{ ConvolutionShapes }] = await Promise.all([import("./convolution-shapes.js"), loadStyles("animation")]);
    this.#shapes ??= new ConvolutionShapes(byId("shapes"), shape, (next) => this.#save({ shape: next }));
    this.#save({ shape: this.#shapes.shape });
  }
}
