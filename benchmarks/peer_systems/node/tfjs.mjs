// TensorFlow.js fits an epoch of the course's network, or as many of its steps as the time allows.
// Run in the folder that holds node_modules. Argument: JSON with folder, package, backend, batch, seconds.
// Prints one line of JSON.

import { createRequire } from "node:module";
import { CROP, cut, readPart, seedRandom, shuffled } from "./data.mjs";

const told = JSON.parse(process.argv[2]);
const require = createRequire(`${process.cwd()}/`);
console.log = console.error; // the libraries greet on standard output
const tf = require(told.package);
if (told.backend === "wasm") require("@tensorflow/tfjs-backend-wasm");
if (told.backend && !(await tf.setBackend(told.backend))) throw new Error(`the backend ${told.backend} does not start`);
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

const train = readPart(told.folder, "fitted");
const steps = Math.max(1, Math.floor(train.n / told.batch));
const order = shuffled(train.n);
const size = CROP * CROP;
let done = 0;
const started = performance.now();
while (done < steps && (done === 0 || performance.now() - started < told.seconds * 1e3)) {
  const batch = order.subarray(done * told.batch, (done + 1) * told.batch);
  const crops = new Float32Array(batch.length * size);
  const wanted = new Float32Array(batch.length * 10);
  batch.forEach((index, i) => {
    cut(train.image(index), 2, 2, crops, i * size);
    wanted[i * 10 + train.labels[index]] = 1;
  });
  const xs = tf.tensor4d(crops, [batch.length, CROP, CROP, 1]);
  const ys = tf.tensor2d(wanted, [batch.length, 10]);
  await model.trainOnBatch(xs, ys);
  tf.dispose([xs, ys]);
  done++;
}
const seconds = (performance.now() - started) / 1e3;
process.stdout.write(`${JSON.stringify({ backend: tf.getBackend(), steps, done, seconds })}\n`);
