// ConvNetJS fits its MNIST recipe until an accuracy on the test part, then answers with four crops.
// Run in the folder that holds node_modules. Prints one line of JSON. Argument: JSON with
//   folder of the data, offsets of the four crops, goal; every how many examples a slice of the test part is scored, how many
//   images it has, by what margin it may lie under the goal for the whole part to be scored; trainSeconds, wallSeconds; answers.

import { createRequire } from "node:module";
import { CROP, cut, readPart, seedRandom, shuffled } from "./data.mjs";

const convnetjs = createRequire(`${process.cwd()}/`)("convnetjs");
const told = JSON.parse(process.argv[2]);
const train = readPart(told.folder, "train");
const test = readPart(told.folder, "test");
seedRandom(0);

const net = new convnetjs.Net();
net.makeLayers([
  { type: "input", out_sx: CROP, out_sy: CROP, out_depth: 1 },
  { type: "conv", sx: 5, filters: 8, stride: 1, pad: 2, activation: "relu" },
  { type: "pool", sx: 2, stride: 2 },
  { type: "conv", sx: 5, filters: 16, stride: 1, pad: 2, activation: "relu" },
  { type: "pool", sx: 3, stride: 3 },
  { type: "softmax", num_classes: 10 },
]);
const trainer = new convnetjs.Trainer(net, { method: "adadelta", batch_size: 20, l2_decay: 0.001 });

function crop(image, top, left) {
  const volume = new convnetjs.Vol(CROP, CROP, 1, 0);
  cut(image, top, left, volume.w);
  return volume;
}

/** The label that the mean of four crops says. */
function answer(image) {
  const sums = new Float64Array(10);
  for (const [top, left] of told.offsets) {
    const { w } = net.forward(crop(image, top, left));
    for (let i = 0; i < 10; i++) sums[i] += w[i];
  }
  return sums.indexOf(Math.max(...sums));
}

const began = performance.now();
const late = () => performance.now() - began > told.wallSeconds * 1e3;

/** Accuracy on the first n of the test part; null where it is sure to lie under the goal, if `hurry`, or time is up. */
function accuracy(n, hurry) {
  let mistakes = 0;
  for (let i = 0; i < n; i++) {
    mistakes += answer(test.image(i)) !== test.labels[i];
    if (late() || (hurry && mistakes > n * (1 - told.goal))) return null;
  }
  return 1 - mistakes / n;
}

const slice = Math.min(told.slice, test.n);
let trained = 0, examples = 0, reached = false, found = null, order = [];
while (!reached && trained < told.trainSeconds * 1e3 && !late()) {
  const started = performance.now();
  for (let i = 0; i < told.every && !late(); i++, examples++) {
    if (examples % train.n === 0) order = shuffled(train.n);
    const index = order[examples % train.n];
    const [top, left] = [Math.floor(Math.random() * 5), Math.floor(Math.random() * 5)];
    trainer.train(crop(train.image(index), top, left), train.labels[index]);
  }
  trained += performance.now() - started;
  const part = accuracy(slice, false);
  if (part === null) break;
  found = { accuracy: part, n: slice };
  if (part >= told.goal - told.margin) {
    const whole = accuracy(test.n, true);
    if (whole !== null) [reached, found] = [true, { accuracy: whole, n: test.n }];
  }
}

const answers = [];
for (let i = 0; i < told.answers; i++) {
  const started = performance.now();
  answer(test.image(i % test.n));
  answers.push(performance.now() - started);
}
console.log(JSON.stringify({ seconds: trained / 1e3, examples, reached, ...found, answers }));
