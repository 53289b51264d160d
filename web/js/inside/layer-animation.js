/* Shows step by step how a layer is computed: the window slides over its input and fills the map. Plays, pauses, steps. */

import { h } from "../shared/dom.js";
import { onThemeChange } from "../shared/theme.js";
import { countSteps, describeStep, methodOf } from "./animation-steps.js";
import { mapSums } from "./layer-math.js";
import { nameOfMap } from "./map-description.js";
import { makeFigure, paintFigure } from "./step-figures.js";

const SPEEDS = [1, 3, 10, 30, 100]; // steps per second
const NOTHING_DRAWN = "Draw something to watch this layer.";
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export class LayerAnimation {
  #map;
  #onChange;
  #layers = [];
  #layer = null;
  #unit = 0;
  #input = 0;
  #step = 0;
  #timer = 0;
  #figures = h("div", { class: "animation-figures", "aria-hidden": "true" });
  #text = h("p", { class: "animation-text", "data-testid": "animation-text" });
  #hint = h("p", { class: "hint", text: "Your system asks for less motion: use the slider or the buttons." });

  /** map: the NetworkMap; onChange({layer, map}) is called when another map is chosen; it is the one that is shown. */
  constructor(map, onChange) {
    [this.#map, this.#onChange] = [map, onChange];
    const choose = (update) => ({ target }) => {
      update(Number(target.value));
      this.#restart();
    };
    const field = (text, element) => h("label", { class: "field" }, h("span", { text }), element);
    this.layers = h("select", { onchange: choose((i) => this.#choose(this.#layers[i], 0)) });
    this.units = h("select", { onchange: choose((i) => this.#choose(this.#layer, i)) });
    this.inputs = h("select", { onchange: choose((i) => (this.#input = i)) });
    this.play = h("button", { type: "button", onclick: () => (this.isPlaying ? this.pause() : this.start()) });
    const button = (name, text, by) => {
      return h("button", { type: "button", "aria-label": name, text, onclick: () => this.#moveBy(by) });
    };
    const oninput = ({ target }) => {
      this.pause();
      this.#goTo(Number(target.value));
    };
    this.slider = h("input", { type: "range", min: 0, oninput, "aria-label": "Step" });
    this.speed = h("input", { type: "range", min: 0, max: SPEEDS.length - 1, value: 2, oninput: () => this.#showSpeed() });
    this.speedField = field("Speed", this.speed);
    this.rate = this.speedField.appendChild(h("span", { class: "rate" }));
    const choices = [field("Layer", this.layers), field("Map", this.units), field("Input map", this.inputs)];
    this.element = h(
      "div",
      { class: "animation" },
      h("div", { class: "animation-choices" }, ...choices),
      this.#figures,
      this.#text,
      h(
        "div",
        { class: "animation-controls", role: "group", "aria-label": "Animation" },
        ...[this.play, button("Previous step", "◀", -1), button("Next step", "▶", 1), this.slider, this.speedField],
      ),
      this.#hint,
    );
    this.#showSpeed();
    reducedMotion.addEventListener("change", () => this.#followMotion());
    onThemeChange(() => this.update());
    this.#followMotion();
  }

  /** Offer the layers of the current network; show a map of a layer, or of the first one that is computed. */
  setNetwork(layer, map) {
    this.pause();
    this.#layers = this.#map.network.layers.filter(methodOf);
    const { titles } = this.#map;
    this.layers.replaceChildren(...this.#layers.map((each, i) => new Option(titles.get(each), i)));
    this.#choose(this.#layers.includes(layer) ? layer : this.#layers[0], map);
    this.#restart();
  }

  get isPlaying() {
    return this.#timer !== 0;
  }

  pause() {
    cancelAnimationFrame(this.#timer);
    this.#timer = 0;
    this.#showState();
  }

  /** Show the current values. */
  update() {
    if (this.#layer?.values && this.#figures.hidden) this.#choose(this.#layer, this.#unit); // now its strongest input is known
    this.#goTo(this.#step);
  }

  #choose(layer, map) {
    if (!layer) return;
    const isOther = layer !== this.#layer;
    [this.#layer, this.#unit] = [layer, Math.min(map, layer.maps - 1)];
    const method = methodOf(layer);
    const options = (select, owner, count) => {
      select.replaceChildren(...Array.from({ length: count }, (_, i) => new Option(nameOfMap(owner, i, this.#map.labels), i)));
      select.parentElement.hidden = count < 2;
    };
    if (isOther) {
      this.units.previousSibling.textContent = layer.isFlat ? "Unit" : "Map";
      options(this.units, layer, method === "units" ? 1 : layer.maps);
      options(this.inputs, layer.from[0], method === "window" && layer.kernel ? layer.inputs : 1);
    }
    [this.layers.value, this.units.value] = [this.#layers.indexOf(layer), this.#unit];
    if (method === "window" && layer.kernel) this.#input = layer.values ? strongestInput(layer, this.#unit) : 0;
    this.inputs.value = this.#input;
    this.#onChange({ layer, map: method === "units" ? 0 : this.#unit });
  }

  #restart() {
    this.slider.max = this.#layer ? countSteps(this.#layer) - 1 : 0;
    this.#goTo(reducedMotion.matches ? this.slider.max >> 1 : 0);
  }

  #goTo(step) {
    const layer = this.#layer;
    if (!layer) return;
    this.#step = Math.max(0, Math.min(step, countSteps(layer) - 1));
    this.slider.value = this.#step;
    const isUnit = methodOf(layer) === "units" && this.#map.watched?.layer === layer;
    if (isUnit && this.#map.watched.map !== this.#step) this.#map.watch({ layer, map: this.#step });
    this.#figures.hidden = !layer.values;
    if (!layer.values) return (this.#text.textContent = NOTHING_DRAWN);
    const { titles, labels } = this.#map;
    const name = (owner, map) => `${titles.get(owner)}${owner.maps > 1 ? `, ${nameOfMap(owner, map, labels)}` : ""}`;
    const [source] = layer.from;
    const inputMap = methodOf(layer) === "window" && layer.kernel ? this.#input : this.#unit;
    const input = source.isFlat ? titles.get(source) : name(source, inputMap);
    const names = { input, layer: titles.get(layer), output: (map) => name(layer, map) };
    const chosen = { map: this.#unit, from: this.#input, step: this.#step, names };
    const { position, figures, text } = describeStep(layer, chosen);
    this.slider.setAttribute("aria-valuetext", position);
    this.#text.textContent = text;
    while (this.#figures.children.length > figures.length) this.#figures.lastChild.remove();
    figures.forEach((figure, i) => {
      paintFigure(this.#figures.children[i] ?? this.#figures.appendChild(makeFigure()), figure);
    });
  }

  #moveBy(steps) {
    this.pause();
    this.#goTo(this.#step + steps);
  }

  /** Play from the current step, or from the beginning at the end. */
  start() {
    if (reducedMotion.matches || !this.#layer?.values) return;
    if (this.#step === countSteps(this.#layer) - 1) this.#goTo(0);
    let last = performance.now();
    let due = 0;
    const frame = (now) => {
      due += ((now - last) / 1000) * SPEEDS[this.speed.value];
      last = now;
      if (due >= 1) this.#goTo(this.#step + Math.floor(due));
      due %= 1;
      if (this.#step === countSteps(this.#layer) - 1) this.pause();
      else this.#timer = requestAnimationFrame(frame);
    };
    this.#timer = requestAnimationFrame(frame);
    this.#showState();
  }

  #showState() {
    this.play.textContent = this.isPlaying ? "Pause" : "Play";
  }

  #showSpeed() {
    this.rate.textContent = `${SPEEDS[this.speed.value]} ${this.speed.value === "0" ? "step" : "steps"}/s`;
    this.speed.setAttribute("aria-valuetext", this.rate.textContent);
  }

  #followMotion() {
    this.pause();
    this.play.hidden = this.speedField.hidden = reducedMotion.matches;
    this.#hint.hidden = !reducedMotion.matches;
  }
}

/** The input map that contributes most to a map's largest value. */
function strongestInput(layer, map) {
  return mapSums(layer, layer.maximum(map))[0].map;
}
