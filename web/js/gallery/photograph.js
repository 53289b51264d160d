/* Renders strokes as if they had been written on paper and photographed: uneven light, paper grain, ink, a slight rotation. */

import { SIDE } from "../shared/drawing-model.js";

const HEIGHT = 420; // pixels
const ROTATION = -0.07; // radians
const GRAIN = 14; // range of the paper's gray values
const INK = "rgb(38 44 92 / 88%)";
const PEN_WIDTH = 34; // in units of the drawing
const QUALITY = 0.86; // of the JPEG file

/** The photograph of strokes on a canvas of a width, as a JPEG file; the same strokes give the same photograph. */
export async function renderPhotograph(strokes, width) {
  const canvas = document.createElement("canvas");
  canvas.height = HEIGHT;
  canvas.width = (HEIGHT * width) / SIDE;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  paintPaper(context);
  writeStrokes(context, strokes, width);
  addGrain(context);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  return new File([blob], "example.jpg", { type: blob.type });
}

/** Light from the upper left, darker at the lower right corner. */
function paintPaper(context) {
  const { width, height } = context.canvas;
  const light = context.createRadialGradient(width * 0.25, height * 0.2, 0, width * 0.25, height * 0.2, Math.hypot(width, height));
  light.addColorStop(0, "#f3eddf");
  light.addColorStop(0.55, "#d9d0be");
  light.addColorStop(1, "#9a907e");
  context.fillStyle = light;
  context.fillRect(0, 0, width, height);
}

function writeStrokes(context, strokes, width) {
  const scale = HEIGHT / SIDE;
  context.save();
  context.translate(context.canvas.width / 2, HEIGHT / 2);
  context.rotate(ROTATION);
  context.scale(scale, scale);
  context.translate(-width / 2, -SIDE / 2);
  context.lineWidth = PEN_WIDTH;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = INK;
  context.beginPath();
  for (const [first, ...rest] of strokes) {
    context.moveTo(...first);
    for (const position of rest) context.lineTo(...position);
  }
  context.stroke();
  context.restore();
}

function addGrain(context) {
  const { width, height } = context.canvas;
  const pixels = context.getImageData(0, 0, width, height);
  let random = 1;
  for (let i = 0; i < pixels.data.length; i += 4) {
    random = (random * 1_664_525 + 1_013_904_223) >>> 0; // a linear congruential generator
    const change = (random / 2 ** 32 - 0.5) * GRAIN;
    for (let channel = 0; channel < 3; channel++) pixels.data[i + channel] += change;
  }
  context.putImageData(pixels, 0, 0);
}
