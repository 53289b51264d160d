/* The sections below the layers, the occlusion map and the custom kernel: loaded after the layers are shown. */

import { byId, loadStyles } from "../shared/dom.js";

export class Experiments {
  #state;
  #save;
  #selection;
  #loading = null;
  #occlusionMap = null;
  #customKernel = null;
  #labels = [];
  #image = null;
  #result = null;

  /** state: {label, kernel, relu} of the link; save(part) is called with what it should hold. */
  constructor({ state, save, selection }) {
    [this.#state, this.#save, this.#selection] = [state, save, selection];
  }

  /** Load the modules; returns a promise. */
  load() {
    this.#loading ??= this.#load().catch((error) => {
      this.#loading = null; // the next call tries again
      throw error;
    });
    return this.#loading;
  }

  async #load() {
    const modules = [import("./occlusion-map.js"), import("./custom-kernel.js")];
    const [{ OcclusionMap }, { CustomKernel }] = await Promise.all([...modules, loadStyles("experiments")]);
    const onChange = (state, next, previous) => {
      this.#save(state);
      this.#showNetwork(next, previous);
    };
    this.#customKernel = new CustomKernel(this.#state.kernel, this.#state.relu === "on", onChange);
    this.#showNetwork(this.#customKernel.network);
    this.#occlusionMap = new OcclusionMap((label) => {
      this.#state = { ...this.#state, label };
      this.#save({ label });
    });
    this.setLabels(this.#labels);
    this.setImage(this.#image);
    this.showOcclusion(this.#result);
    this.#selection.paint();
  }

  #showNetwork(network, previous) {
    this.#selection.showNetwork(byId("custom-layers"), network, previous);
    this.#selection.paint();
  }

  /** The network of the custom kernel; null until it is loaded. */
  get network() {
    return this.#customKernel?.network ?? null;
  }

  /** Offer labels for the occlusion map. */
  setLabels(labels) {
    this.#labels = labels;
    this.#occlusionMap?.setLabels(labels, this.#state.label);
  }

  /** Filter an image: rows of 0..255, or null. */
  setImage(image) {
    this.#image = image;
    this.#customKernel?.setImage(image);
  }

  /** Show a result of `explain` with an occlusion map, or nothing. */
  showOcclusion(result) {
    this.#result = result;
    this.#occlusionMap?.show(result);
  }
}
