/* Browses the images of a dataset: by label, or only those that occur more than once. A click opens an image in Inside. */

import { byId, h, showError } from "../shared/dom.js";
import { formatCount } from "../shared/format.js";
import { ApiError, Unavailable } from "../shared/http.js";
import { encodeImage } from "../shared/stroke-codec.js";
import { fetchTrainer } from "../shared/trainer-api.js";
import { createCanvas, paintRows } from "./heatmap-canvas.js";

const PAGE = 48; // images

export class DatasetBrowser {
  #getState;
  #setState;
  #datasets = []; // that hold images, as the trainer describes them
  #page = 1;
  #request = null; // the AbortController of the last one

  /** getState() returns {browse, label, duplicates}; setState(changes) is called when others are chosen. */
  constructor(getState, setState) {
    [this.#getState, this.#setState] = [getState, setState];
    const choose = (changes, page = 1) => {
      setState(changes);
      this.#page = page;
      this.#load();
    };
    byId("browse-dataset").addEventListener("change", ({ target }) => choose({ browse: target.value, label: null }));
    byId("browse-label").addEventListener("change", ({ target }) => choose({ label: target.value || null }));
    byId("browse-duplicates").addEventListener("change", ({ target }) => choose({ duplicates: target.checked ? "1" : null }));
    for (const [id, step] of [["previous-images", -1], ["next-images", 1]]) {
      byId(id).addEventListener("click", ({ currentTarget }) => currentTarget.ariaDisabled !== "true" && choose({}, this.#page + step));
    }
  }

  /** Load the list of datasets, as the trainer reads them, and the images of the chosen one. */
  async show() {
    this.#page = 1;
    let [isReading, isLoaded] = [true, false];
    try {
      while (isReading && byId("dataset-browser").open) {
        if (!isLoaded) byId("browse-summary").textContent = "The datasets are being read…";
        const { data } = await fetchTrainer("/data?wait=5");
        isReading = data.some(({ n }) => n === null);
        this.#datasets = data.filter(({ n }) => n);
        this.#showDatasets();
        if (!isLoaded && this.#choose(isReading)) {
          isLoaded = true;
          await this.#load();
        }
      }
      if (!this.#datasets.length) byId("browse-summary").textContent = "There is no dataset yet.";
    } catch (error) {
      this.#showProblem(error);
    }
  }

  #showDatasets() {
    const options = this.#datasets.map(({ name, n }) => h("option", { value: name, text: `${name} (${formatCount(n)})` }));
    byId("browse-dataset").replaceChildren(...options);
    byId("browse-dataset").value = this.#getState().browse ?? "";
  }

  /** Choose the dataset of the URL, or the first one if there is no such dataset. Returns whether one is chosen. */
  #choose(isReading) {
    const { browse } = this.#getState();
    if (this.#datasets.some(({ name }) => name === browse)) return true;
    if (!this.#datasets.length || (browse && isReading)) return false; // it may be among those that are still being read
    this.#setState({ browse: this.#datasets[0].name, label: null });
    return true;
  }

  async #load() {
    const { browse, label, duplicates } = this.#getState();
    const { histogram } = this.#datasets.find(({ name }) => name === browse);
    const labels = Object.entries(histogram).map(([each, n]) => h("option", { value: each, text: `${each} (${formatCount(n)})` }));
    byId("browse-label").replaceChildren(h("option", { value: "", text: "all" }), ...labels);
    byId("browse-dataset").value = browse;
    byId("browse-label").value = label in histogram ? label : "";
    byId("browse-duplicates").checked = duplicates === "1";
    const query = { page: this.#page, limit: PAGE, ...(label in histogram && { label }), ...(duplicates && { duplicates: true }) };
    for (const id of ["previous-images", "next-images"]) byId(id).ariaDisabled = "true";
    this.#request?.abort();
    const { signal } = (this.#request = new AbortController());
    try {
      this.#showImages(await fetchTrainer(`/data/${encodeURIComponent(browse)}/samples?${new URLSearchParams(query)}`, { signal, timeout: 60_000 }));
      showError(byId("browse-error"), null);
    } catch (error) {
      if (!signal.aborted) this.#showProblem(error);
    }
  }

  #showImages({ n, page, pages, samples }) {
    const figure = ({ index, label, pixels, copies }) => {
      const canvas = paintRows(createCanvas(), pixels);
      const link = h("a", { href: `/inside?image=${encodeImage(pixels)}`, ariaLabel: `Image ${index}, ${label}: look inside` }, canvas);
      return h("figure", {}, link, h("figcaption", { text: copies ? `${label} · ×${copies}` : label }));
    };
    byId("browse-images").replaceChildren(...samples.map(figure));
    const count = `${formatCount(n)} image${n === 1 ? "" : "s"}`;
    byId("browse-summary").textContent = n ? `${count}, page ${formatCount(page)} of ${formatCount(pages)}` : "No such images.";
    byId("previous-images").ariaDisabled = String(page === 1);
    byId("next-images").ariaDisabled = String(page === pages);
  }

  #showProblem(error) {
    if (!(error instanceof Unavailable || error instanceof ApiError)) throw error;
    showError(byId("browse-error"), error);
  }
}
