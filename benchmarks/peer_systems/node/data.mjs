// Images and labels as bytes, and the 24×24 crops that networks take.

import { readFileSync } from "node:fs";

export const SIDE = 28;
export const CROP = 24;

/** A split of the data: `image(i)` is a Uint8Array of 784 pixels, `labels[i]` a digit. */
export function readSplit(folder, name) {
  const pixels = readFileSync(`${folder}/${name}.images`);
  const labels = readFileSync(`${folder}/${name}.labels`);
  const size = SIDE * SIDE;
  return { n: labels.length, labels, image: (i) => pixels.subarray(i * size, (i + 1) * size) };
}

/** Write the crop at (top, left), scaled to 0..1, into an array from `start` on. */
export function cut(image, top, left, into, start = 0) {
  for (let y = 0; y < CROP; y++) {
    const row = (top + y) * SIDE + left;
    for (let x = 0; x < CROP; x++) into[start + y * CROP + x] = image[row + x] / 255;
  }
  return into;
}

/** Replace Math.random, which the libraries use, by a seeded generator (a mixed Weyl sequence). */
export function seedRandom(seed) {
  let state = seed >>> 0;
  Math.random = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** The integers below n in random order. */
export function shuffled(n) {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
