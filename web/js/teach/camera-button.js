/* The button that opens the webcam, whose module is loaded on demand. */

import { byId } from "../shared/dom.js";

let camera = null; // the module

/** `isLessonOpen()`: whether the camera may be opened; `handleFrame`: see `openCamera`. */
export function initCameraButton(isLessonOpen, handleFrame) {
  byId("open-camera").addEventListener("click", async () => {
    camera = await import("./camera.js");
    if (isLessonOpen()) camera.openCamera(handleFrame);
  });
}

/** Close the camera if it has been opened. */
export function closeCamera() {
  camera?.closeCamera();
}
