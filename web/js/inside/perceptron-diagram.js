/* The diagram of a network that is a perceptron. */

import { byId } from "../shared/dom.js";
import { NetworkDiagram } from "../shared/network-diagram.js";

export class PerceptronDiagram {
  #panel;
  #diagram = null;
  #network = null;

  constructor(panel) {
    this.#panel = panel;
  }

  /** Show another network; the panel is hidden if it isn't a perceptron. */
  setNetwork(network, labels) {
    const layers = network.denseLayers;
    this.#panel.hidden = !layers;
    this.#network = layers && network;
    if (!layers) return;
    const shape = { sizes: [layers[0].inputs, ...layers.map(({ maps }) => maps)], labels };
    if (this.#diagram) this.#diagram.setNetwork(shape);
    else this.#diagram = new NetworkDiagram(byId("perceptron-figure"), shape);
    this.show();
  }

  /** Show the weights and the current activations. */
  show() {
    if (!this.#network || !this.#diagram) return;
    const layers = this.#network.denseLayers;
    const row = ({ maps, kernel }, i) => [...kernel.slice(i * maps, (i + 1) * maps)];
    const rows = (layer) => Array.from({ length: layer.inputs }, (_, i) => row(layer, i));
    const neurons = () => [layers[0].from[0], ...layers.map((layer) => this.#network.activationOf(layer) ?? layer)];
    const hasValues = Boolean(layers[0].values);
    const activations = hasValues ? neurons().map(({ values }) => [...values]) : [];
    const probabilities = hasValues ? [...this.#network.layers.at(-1).values] : null;
    this.#diagram.show({ weights: layers.map(rows), activations, probabilities });
  }
}
