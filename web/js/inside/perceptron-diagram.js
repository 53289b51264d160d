/* The links: the node-link picture of a network that is a perceptron. */

import { byId } from "../shared/dom.js";
import { NetworkDiagram } from "../shared/network-diagram.js";

export class Links {
  #panel;
  #picture = null;
  #network = null;

  constructor(panel) {
    this.#panel = panel;
  }

  /** Draw a network from now on; one that is no perceptron is not drawn. */
  open(network, labels) {
    const dense = network.perceptron;
    this.#panel.hidden = !dense;
    this.#network = dense && network;
    if (!dense) return;
    const net = { sizes: [dense[0].inputs, ...dense.map(({ maps }) => maps)], labels };
    if (this.#picture) this.#picture.setNetwork(net);
    else this.#picture = new NetworkDiagram(byId("links-figure"), net);
  }

  /** Show its weights, and what its neurons answer by now. */
  show() {
    if (!this.#network) return;
    const dense = this.#network.perceptron;
    const row = ({ maps, kernel }, i) => [...kernel.slice(i * maps, (i + 1) * maps)];
    const rows = (layer) => Array.from({ length: layer.inputs }, (_, i) => row(layer, i));
    const answers = () => [dense[0].from[0], ...dense.map((layer) => this.#network.after(layer) ?? layer)];
    const known = Boolean(dense[0].values);
    const activations = known ? answers().map(({ values }) => [...values]) : [];
    const probabilities = known ? [...this.#network.layers.at(-1).values] : null;
    this.#picture.show({ weights: dense.map(rows), activations, probabilities });
  }
}
