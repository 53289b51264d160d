/* Pictures from the file dialog, the camera, drag and drop or the clipboard. */

const WRONG_TYPE = "This file isn't an image. Choose a PNG, JPEG or WebP file.";
const NO_IMAGE = "The clipboard doesn't contain an image.";

/** A picture as {blob, name, bitmap}; bitmap is null where this browser cannot decode the file. */
export async function openPicture(file) {
  const bitmap = await createImageBitmap(file).catch(() => null); // the server validates the file
  return { blob: file, name: file.name, bitmap };
}

export class ImageInput {
  #onPicture;
  #onReject;

  /** buttons: [button, file input] pairs. `onPicture(picture)` is called for every picture, `onReject(sentence, code)` for
      anything else. */
  constructor(buttons, dropTarget, onPicture, onReject) {
    this.#onPicture = onPicture;
    this.#onReject = onReject;
    for (const [button, input] of buttons) {
      button.addEventListener("click", () => input.click());
      input.addEventListener("change", () => {
        this.#receive([...input.files], "file");
        input.value = ""; // lets the same file be chosen again
      });
    }
    addEventListener("paste", (event) => {
      if (event.target.closest?.("input, textarea, dialog")) return; // text for a field
      event.preventDefault();
      this.#receive([...event.clipboardData.files], "clipboard");
    });
    this.#listenForDrops(dropTarget);
  }

  #listenForDrops(dropTarget) {
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault(); // otherwise the browser opens the picture instead of the page
      event.dataTransfer.dropEffect = "copy";
      dropTarget.dataset.drop = "";
    });
    addEventListener("dragleave", (event) => event.relatedTarget || delete dropTarget.dataset.drop);
    addEventListener("drop", (event) => {
      delete dropTarget.dataset.drop;
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.#receive([...event.dataTransfer.files], "drop");
    });
  }

  async #receive(files, source) {
    const picture = files.find((file) => file.type.startsWith("image/"));
    if (picture) this.#onPicture(await openPicture(picture));
    else if (files.length) this.#onReject(WRONG_TYPE, "unsupported_picture");
    else if (source === "clipboard") this.#onReject(NO_IMAGE, "no_image");
  }
}
