/* The strokes of examples, from those in web/examples/strokes.json: smooth, and placed on the canvas. Independent of the page. */

import { SIDE } from "../shared/drawing-model.js";

const SCALE = SIDE / 100; // the file counts hundredths of the canvas's height
const STEPS = 6; // positions per segment
const ADVANCE = 0.52 * SIDE; // from one character of a number to the next
const MAX_SCALE = 0.8; // of the characters of a number

/** A stroke as a Catmull-Rom spline through its positions; a repeated position is a corner. */
export function smooth(stroke) {
  const padded = [stroke[0], ...stroke, stroke.at(-1)];
  const dense = [];
  for (let i = 0; i + 3 < padded.length; i++) {
    const [a, b, c, d] = padded.slice(i, i + 4);
    const isCorner = b.join() === c.join();
    for (let step = 0; step < STEPS && !isCorner; step++) {
      const t = step / STEPS;
      dense.push([0, 1].map((axis) => interpolate(a[axis], b[axis], c[axis], d[axis], t) * SCALE));
    }
  }
  return [...dense, stroke.at(-1).map((value) => value * SCALE)];
}

function interpolate(a, b, c, d, t) {
  return b + (t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))) / 2;
}

/** Characters, each a list of strokes, side by side in the middle of a canvas of a width; in whole units. */
export function layOut(characters, width) {
  const count = characters.length;
  const scale = count === 1 ? 1 : Math.min(MAX_SCALE, (0.96 * width) / (count * ADVANCE));
  const place = ([x, y], i) => [width / 2 + (x - SIDE / 2 + (i - (count - 1) / 2) * ADVANCE) * scale, SIDE / 2 + (y - SIDE / 2) * scale];
  return characters.flatMap((strokes, i) => strokes.map((stroke) => stroke.map((position) => place(position, i).map(Math.round))));
}
