/* The form that starts evaluations: dataset, crops, models; and the progress of an evaluation. */

import { byId, cloneTemplate } from "../shared/dom.js";
import { formatCount, formatPercent } from "../shared/format.js";

const form = byId("evaluation-form");
const { crops, file } = form.elements;
const CONTENTS = { test: "images, test split", all: "images", feedback: "corrected drawings" };

/** callbacks = {onSubmit(kind), onChange()}; kind: "" for one evaluation, "crops" or "models" for one per choice of these. */
export function initForm({ onSubmit, onChange }) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    onSubmit(event.submitter.value);
  });
  form.addEventListener("change", ({ target }) => {
    if (target === file) byId("upload").checked = true;
    onChange();
  });
  for (const type of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(type, (event) => {
      event.preventDefault();
      form.toggleAttribute("data-drop", type === "dragover");
      if (type !== "drop") return;
      file.files = event.dataTransfer.files;
      byId("upload").click();
    });
  }
}

/** What is selected: {crops, name} of a dataset, or {crops, files} to upload. */
export function getSelection() {
  const name = form.elements.data.value;
  return { crops: crops.value, ...(name ? { name } : { files: [...file.files] }) };
}

/** List the datasets. The selected one stays selected; otherwise the one in `state`, otherwise the first that isn't empty. */
export function showOptions(datasets, { card, names }, state) {
  const [previous, isUpload] = [getSelection().name, byId("upload").checked];
  byId("datasets").replaceChildren(...datasets.map(({ name, n, split, problem }) => {
    const content = problem ? "can’t be read" : `${formatCount(n)} ${CONTENTS[name] ?? CONTENTS[split]}`;
    const row = cloneTemplate("dataset-template", { name, content });
    row.title = problem ?? "";
    Object.assign(row.querySelector("input"), { value: name, disabled: !n });
    return row;
  }));
  if (datasets.length < 2) byId("datasets").append(cloneTemplate("no-datasets-template", {}));
  const usable = datasets.filter(({ n }) => n).map(({ name }) => name);
  const selected = [previous, state.data, ...usable].find((each) => usable.includes(each));
  if (!isUpload || !file.files.length) form.elements.data.value = selected ?? "";
  crops.value = state.crops;
  const count = card.crop.offsets.length;
  for (const element of document.querySelectorAll(".card-crops")) element.textContent = count;
  byId("center-crop").hidden = count === 1 && crops.value !== "1"; // the same choice as the card's crops
  byId("evaluate-models").hidden = names.length < 2;
}

/** Show how far an evaluation is: `title`, and its last {done, n, accuracy, loss} or null; hide the progress without a title. */
export function showProgress(title, progress) {
  byId("progress").hidden = !title;
  for (const button of form.querySelectorAll("[type=submit]")) button.disabled = Boolean(title);
  byId("progress-bar").value = progress ? progress.done / progress.n : 0;
  const figures = progress && `accuracy ${formatPercent(progress.accuracy)}, loss ${progress.loss.toFixed(4)}`;
  byId("progress-status").textContent = `${title}: ${progress ? `${formatProgress(progress)}, ${figures}` : "loading the dataset"}`;
}

export function formatProgress({ done, n }) {
  return `${formatCount(done)} of ${formatCount(n)} images`;
}
