// Trains ConvNetJS' MNIST example to an accuracy on the test split, then times predictions with four crops.
// Run it in the folder that holds node_modules. Prints one line of JSON. Argument: JSON with
//   folder: of the data; offsets: of the four crops; goal: the accuracy;
//   every: number of examples between evaluations on the first `slice` test images; within `margin` of the goal, the whole
//   test split is evaluated; trainSeconds, wallSeconds: time limits; predictions: how many to time.

import { createRequire } from "node:module";
import { CROP, cut, readSplit, seedRandom, shuffled } from "./data.mjs";

const convnetjs = createRequire(`${process.cwd()}/`)("convnetjs");
const options = JSON.parse(process.argv[2]);
const train = readSplit(options.folder, "train");
const test = readSplit(options.folder, "test");
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

/** The label by the mean probabilities of four crops. */
function predict(image) {
  const sums = new Float64Array(10);
  for (const [top, left] of options.offsets) {
    const { w } = net.forward(crop(image, top, left));
    for (let i = 0; i < 10; i++) sums[i] += w[i];
  }
  return sums.indexOf(Math.max(...sums));
}

const scriptStarted = performance.now();
const isLate = () => performance.now() - scriptStarted > options.wallSeconds * 1e3;

/** Accuracy on the first n test images; null if time is up, or, with `stopEarly`, once the goal is out of reach. */
function accuracy(n, stopEarly) {
  let mistakes = 0;
  for (let i = 0; i < n; i++) {
    mistakes += predict(test.image(i)) !== test.labels[i];
    if (isLate() || (stopEarly && mistakes > n * (1 - options.goal))) return null;
  }
  return 1 - mistakes / n;
}

const slice = Math.min(options.slice, test.n);
let trained = 0, examples = 0, reached = false, found = null, order = [];
while (!reached && trained < options.trainSeconds * 1e3 && !isLate()) {
  const started = performance.now();
  for (let i = 0; i < options.every && !isLate(); i++, examples++) {
    if (examples % train.n === 0) order = shuffled(train.n);
    const index = order[examples % train.n];
    const [top, left] = [Math.floor(Math.random() * 5), Math.floor(Math.random() * 5)];
    trainer.train(crop(train.image(index), top, left), train.labels[index]);
  }
  trained += performance.now() - started;
  const partial = accuracy(slice, false);
  if (partial === null) break;
  found = { accuracy: partial, n: slice };
  if (partial >= options.goal - options.margin) {
    const whole = accuracy(test.n, true);
    if (whole !== null) [reached, found] = [true, { accuracy: whole, n: test.n }];
  }
}

const predictions = [];
for (let i = 0; i < options.predictions; i++) {
  const started = performance.now();
  predict(test.image(i % test.n));
  predictions.push(performance.now() - started);
}
console.log(JSON.stringify({ seconds: trained / 1e3, examples, reached, ...found, predictions }));
