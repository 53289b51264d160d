/* Examples to choose instead of drawing: handwritten characters that draw themselves, and a photograph. */

import { byId, h, loadStyles, svg } from "../shared/dom.js";
import { SIDE } from "../shared/drawing-model.js";
import { fetchJson } from "../shared/http.js";
import { openPicture } from "../shared/image-input.js";
import { playStrokes } from "../shared/stroke-animation.js";
import { layOut, smooth } from "./example-strokes.js";
import { renderPhotograph } from "./photograph.js";

const NUMBERS = ["42", "365", "1984", "2048"];
const PHOTOGRAPHED = ["3", "R", "42"]; // the first of these that there is an example of, else the first example

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
let characters = null; // label -> strokes

/** Show the examples that a model can read: characters among its labels, or numbers. */
export async function showExamples(editor, labels, isNumber) {
  characters ??= fetchJson("/static/examples/strokes.json").catch(() => ({})); // the view works without examples
  const [drawings] = await Promise.all([characters, loadStyles("gallery")]);
  const isReadable = (text) => [...text].every((label) => labels.includes(label) && drawings[label]);
  const texts = isNumber ? NUMBERS.filter(isReadable) : labels.filter((label) => drawings[label]);
  const examples = texts.map((text) => ({ text, strokes: layOut([...text].map((each) => drawings[each].map(smooth)), editor.drawing.width) }));
  const list = byId("examples");
  if (list.dataset.texts === texts.join() && list.dataset.width === String(editor.drawing.width)) return;
  Object.assign(list.dataset, { texts: texts.join(), width: editor.drawing.width });
  const tiles = examples.map(({ text, strokes }) => makeTile(`Example ${text}`, strokes, editor.drawing.width, () => play(editor, strokes)));
  const pictured = examples.find(({ text }) => PHOTOGRAPHED.includes(text)) ?? examples[0];
  if (pictured) tiles.push(makePhotographTile(pictured, editor));
  list.replaceChildren(...tiles);
  makeOneTabStop(list, tiles);
}

function play({ drawing }, strokes) {
  drawing.setStrokes(strokes);
  if (!reducedMotion.matches) playStrokes(drawing);
}

function makeTile(name, strokes, width, onclick) {
  const path = strokes.map((stroke) => `M${stroke.map((position) => position.join(" ")).join("L")}`).join("");
  const picture = svg("svg", { viewBox: `0 0 ${width} ${SIDE}`, "aria-hidden": "true" }, svg("path", { d: path }));
  return h("button", { type: "button", class: "example", "data-testid": "example", "aria-label": name, title: name, onclick }, picture);
}

function makePhotographTile({ text, strokes }, editor) {
  const name = `Photograph of ${text}`;
  const onclick = async () => editor.drawing.setPicture(await openPicture(await renderPhotograph(strokes, editor.drawing.width)));
  const tile = makeTile(name, strokes, editor.drawing.width, onclick);
  tile.classList.add("photograph");
  return tile;
}

/** Let Tab reach one tile, and arrow keys the others. */
function makeOneTabStop(list, tiles) {
  const choose = (index) => tiles.forEach((tile, i) => (tile.tabIndex = i === index ? 0 : -1));
  choose(0);
  list.onkeydown = (event) => {
    const index = tiles.indexOf(document.activeElement);
    const steps = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: tiles.length - 1 };
    if (index < 0 || !tiles[steps[event.key]]) return;
    event.preventDefault();
    choose(steps[event.key]);
    tiles[steps[event.key]].focus();
  };
}
