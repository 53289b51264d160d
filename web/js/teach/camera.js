/* The webcam: its picture, frames of it at intervals, and a button that records them while it is held. Loaded on demand. */

import { byId, showError } from "../shared/dom.js";
import { openPicture } from "../shared/image-input.js";

const INTERVAL = 400; // ms between two frames
const SIDE = 480; // pixels of a frame
const ERRORS = {
  NotAllowedError: "The browser doesn’t allow this page to use the camera. Allow it in the address bar.",
  NotFoundError: "No camera was found.",
  NotReadableError: "The camera is in use by another program.",
};
const INSECURE = "Browsers allow the camera only on pages that are opened over HTTPS, or at localhost.";
const FAILED = "The camera can’t be used.";

let stream = null;
let opening = 0; // the number of the last opening; others are outdated
let isRecording = false; // while the button is held
let isWanted = false; // one frame, even if the button was released before it is taken
let isBusy = false;
let timer = 0;
let onFrame = null;

/** Open the camera. `handleFrame(picture, isRecorded)` is called with each frame, a square; the next one waits for its promise. */
export async function openCamera(handleFrame) {
  if (stream) return;
  if (!onFrame) listen();
  onFrame = handleFrame;
  showError(byId("camera-error"), null);
  byId("camera").hidden = false;
  if (!navigator.mediaDevices) return showError(byId("camera-error"), INSECURE);
  const number = ++opening;
  const video = byId("camera-video");
  try {
    const opened = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 2 * SIDE }, facingMode: "environment" } });
    if (number !== opening) return stopTracks(opened);
    video.srcObject = stream = opened;
    await video.play();
  } catch (error) {
    if (number !== opening) return;
    turnOff();
    return showError(byId("camera-error"), ERRORS[error.name] ?? FAILED);
  }
  if (number !== opening) return;
  byId("record").disabled = false;
  byId("record").focus();
  timer = setInterval(takeFrame, INTERVAL);
}

export function closeCamera() {
  opening++;
  turnOff();
  byId("camera").hidden = true;
}

function turnOff() {
  if (stream) stopTracks(stream);
  clearInterval(timer);
  [stream, isRecording, isWanted] = [null, false, false];
  byId("camera-video").srcObject = null;
  byId("record").disabled = true;
  delete byId("record").dataset.recording;
}

function stopTracks(mediaStream) {
  for (const track of mediaStream.getTracks()) track.stop();
}

function listen() {
  const record = byId("record");
  const start = () => {
    if (isRecording || record.disabled) return;
    isRecording = isWanted = true;
    record.dataset.recording = "";
    takeFrame();
  };
  const stop = () => {
    isRecording = false;
    delete record.dataset.recording;
  };
  record.addEventListener("pointerdown", ({ pointerId }) => {
    record.setPointerCapture(pointerId);
    start();
  });
  for (const type of ["pointerup", "pointercancel", "blur"]) record.addEventListener(type, stop);
  record.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    start();
  });
  record.addEventListener("keyup", stop);
  record.addEventListener("contextmenu", (event) => event.preventDefault()); // a long press on a touch screen
  byId("close-camera").addEventListener("click", () => {
    closeCamera();
    byId("open-camera").focus();
  });
}

async function takeFrame() {
  const video = byId("camera-video");
  if (isBusy || !stream || document.hidden || !video.videoWidth) return;
  isBusy = true;
  const recorded = isRecording || isWanted;
  isWanted = false;
  try {
    const side = Math.min(video.videoWidth, video.videoHeight);
    const canvas = new OffscreenCanvas(SIDE, SIDE);
    const [left, top] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
    canvas.getContext("2d").drawImage(video, left, top, side, side, 0, 0, SIDE, SIDE);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
    await onFrame(await openPicture(new File([blob], "webcam.jpg", { type: blob.type })), recorded);
  } finally {
    isBusy = false;
  }
}
