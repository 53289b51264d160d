// Trains one epoch of the TensorFlow.js tutorial's network, or as many steps as fit into the time limit.
// Run it in the folder that holds node_modules. Prints one line of JSON. Argument: JSON with
//   folder: of the data; package, backend: of TensorFlow.js; batch: size; seconds: time limit.

import { createRequire } from "node:module";
import { CROP, cut, readSplit, seedRandom, shuffled } from "./data.mjs";

const options = JSON.parse(process.argv[2]);
const require = createRequire(`${process.cwd()}/`);
console.log = console.error; // the libraries print a greeting to standard output
const tf = require(options.package);
if (options.backend === "wasm") require("@tensorflow/tfjs-backend-wasm");
if (options.backend && !(await tf.setBackend(options.backend))) throw new Error(`the backend ${options.backend} does not start`);
await tf.ready();
seedRandom(0);

const { layers } = tf;
const conv = (filters, more = {}) =>
  layers.conv2d({ kernelSize: 5, filters, strides: 1, activation: "relu", kernelInitializer: "varianceScaling", ...more });
const pool = () => layers.maxPooling2d({ poolSize: 2, strides: 2 });
const model = tf.sequential();
for (const layer of [conv(8, { inputShape: [CROP, CROP, 1] }), pool(), conv(16), pool(), layers.flatten()]) model.add(layer);
model.add(layers.dense({ units: 10, activation: "softmax", kernelInitializer: "varianceScaling" }));
model.compile({ optimizer: tf.train.adam(0.001), loss: "categoricalCrossentropy", metrics: ["accuracy"] });

const train = readSplit(options.folder, "fitted");
const steps = Math.max(1, Math.floor(train.n / options.batch));
const order = shuffled(train.n);
const size = CROP * CROP;
let done = 0;
const started = performance.now();
while (done < steps && (done === 0 || performance.now() - started < options.seconds * 1e3)) {
  const batch = order.subarray(done * options.batch, (done + 1) * options.batch);
  const crops = new Float32Array(batch.length * size);
  const targets = new Float32Array(batch.length * 10);
  batch.forEach((index, i) => {
    cut(train.image(index), 2, 2, crops, i * size);
    targets[i * 10 + train.labels[index]] = 1;
  });
  const xs = tf.tensor4d(crops, [batch.length, CROP, CROP, 1]);
  const ys = tf.tensor2d(targets, [batch.length, 10]);
  await model.trainOnBatch(xs, ys);
  tf.dispose([xs, ys]);
  done++;
}
const seconds = (performance.now() - started) / 1e3;
process.stdout.write(`${JSON.stringify({ backend: tf.getBackend(), steps, done, seconds })}\n`);
