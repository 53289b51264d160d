/* The intake: pictures from the file dialogue, the camera, a drop or the clipboard. */

/** What a picture is to the page: {blob, name, bitmap}, bitmap null where this browser cannot show it. */
export async function openPicture(file) {
  const bitmap = await createImageBitmap(file).catch(() => null); // the server judges the file, and says why
  return { blob: file, name: file.name, bitmap };
}

export class ImageInput {
  #take;
  #refuse;

  /** ways: buttons, each with its input for files. `take(picture)` is called with every picture, `refuse(sentence)` with
      what came instead of one. */
  constructor(ways, sheet, take, refuse) {
    this.#take = take;
    this.#refuse = refuse;
    for (const [button, input] of ways) {
      button.addEventListener("click", () => input.click());
      input.addEventListener("change", () => {
        this.#receive([...input.files], "file");
        input.value = ""; // the same file may be chosen again
      });
    }
    addEventListener("paste", (event) => {
      if (event.target.closest?.("input, textarea, dialog")) return; // text for a field
      event.preventDefault();
      this.#receive([...event.clipboardData.files], "clipboard");
    });
    this.#listenForDrops(sheet);
  }

  #listenForDrops(sheet) {
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault(); // else the browser would leave the page for the picture
      event.dataTransfer.dropEffect = "copy";
      sheet.dataset.drop = "";
    });
    addEventListener("dragleave", (event) => event.relatedTarget || delete sheet.dataset.drop);
    addEventListener("drop", (event) => {
      delete sheet.dataset.drop;
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.#receive([...event.dataTransfer.files], "drop");
    });
  }

  async #receive(files, from) {
    const pictures = files.filter((file) => file.type.startsWith("image/"));
    if (pictures.length === 0) {
      const received = files[0] ? files[0].type || files[0].name : "something else";
      if (files.length || from === "clipboard") {
        this.#refuse(`Expected a picture: PNG, JPEG or WebP. Received ${received}.`);
      }
      return;
    }
    this.#take(await openPicture(pictures[0]));
  }
}
