// Usage: node predict.mjs MODULE WIDTH HEIGHT FILE, in the folder of the module. FILE has the RGBA pixels of a picture.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [module, width, height, file] = process.argv.slice(2);
const { predict } = await import(pathToFileURL(resolve(module)));
const picture = { data: new Uint8ClampedArray(readFileSync(file)), width: Number(width), height: Number(height) };
console.log((await predict(picture)).join(" "));
