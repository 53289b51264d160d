/* The models: which are loaded, which one answers, and the choice of it in the header. */

import { getCard, getModels } from "./api.js";
import { byId } from "./elements.js";
import { count, share } from "./numbers.js";
import { Gone } from "./request.js";

export class Models {
  /** `choose(name)` hears of another choice. */
  constructor(choose) {
    this.select = byId("model");
    this.select.addEventListener("change", () => choose(this.select.value));
  }

  /** Load what there is and the card of the wanted model, or else of the server's default: {name, card, names}. Throws Gone. */
  async load(wanted) {
    const { default: standard, models } = await getModels();
    const names = models.map(({ name }) => name);
    const name = names.includes(wanted) ? wanted : (standard ?? names[0]);
    if (!name) throw new Gone("The server has no model loaded.");
    const card = await getCard(name);
    this.select.replaceChildren(...names.map((each) => new Option(each, each, false, each === name)));
    byId("model-field").hidden = names.length < 2; // with a single one there is nothing to choose
    byId("model-line").textContent = describe(name, card);
    return { name, card, names };
  }
}

/** What a card says of its model, in a line: a size, and an accuracy with its n. */
function describe(name, { layers, report }) {
  const size = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const about = `The model ${name} has ${count(size)} parameters.`;
  const { accuracy, crops, data } = report;
  if (!data || !crops) return about;
  const averaged = crops.length > 1 ? `, ${crops.length} crops averaged` : "";
  return `${about} It reads ${share(accuracy)} of ${data.name} right (n\u00a0=\u00a0${count(data.n)}${averaged}).`;
}
