/* Where the map of the network shows each layer: side by side from left to right if they fit, otherwise one below the other.
   Lengths are CSS pixels. "Along" is the direction from the input to the output, "across" the other one. Independent of the
   page. */

const GAP = 2; // between two maps
const LAYER_GAP = 8; // between two layers of a group
const GROUP_GAP = 18; // between two groups, at least
const MAX_GROUP_GAP = 96;
const HEIGHT = 440; // of the maps side by side
const LABEL_HEIGHT = 22; // of a row with a label, at least
const SIZES = [14, 56]; // sides of a map side by side
const STACKED_SIZE = 18; // side of a map if the layers are stacked
const SINGLE_SIZE = 72; // side of the map of a layer with a single one
const MAX_SINGLE_SIZE = 120; // the same where there is room
const UNIT_SIZES = [9, 24]; // sides of the square of a unit
const MAX_UNITS = 100; // a longer vector is one strip
const STRIP_SIZE = 14;
const TITLE_GAP = 6; // between two titles
const LABELS_SIZE = 152; // along, of the labels with their probabilities

/** The layers in groups: a layer with weights or a window, and what is applied to each of its values, such as ReLU. */
export function groupLayers(layers) {
  const groups = [];
  for (const layer of layers) {
    const isApplied = layer.isElementwise || layer.kind === "Softmax";
    if (isApplied && groups.length && layer.from[0] === groups.at(-1).at(-1)) groups.at(-1).push(layer);
    else groups.push([layer]);
  }
  return groups;
}

/** Lay out the layers of a network for a width. scale: CSS pixels of a length of 1; ratio: screen pixels per CSS pixel;
    titleHeights: of the titles above the groups if they are side by side, and if they are stacked; titleWidth(layers): of the
    title of a group. Returns {width, height, isStacked, boxes: Map(layer -> Box), groups: [{layers, left, top, width}]}. */
export function layOut(network, available, { scale, ratio, titleHeights, titleWidth }) {
  const layout = new Layout(network.layers, { scale, ratio, titleWidth });
  return layout.sideBySide(available, titleHeights[0]) ?? layout.stacked(available, titleHeights[1]);
}

/** The place of a layer: its maps in lines, filled across first. */
class Box {
  constructor(layer, { isStacked, isStrip, isLabels, size, perLine, pitch, along, across, length, breadth }) {
    Object.assign(this, { layer, isStacked, isStrip, isLabels, size, perLine, pitch, along, across, length, breadth });
    this.count = isStrip ? 1 : layer.maps;
  }

  /** The rectangle of a whole strip. */
  get whole() {
    return this.#rectangle(this.along, this.across, this.length, this.breadth);
  }

  /** The rectangle of a map. */
  cell(map) {
    const { size, perLine, pitch, isStrip, isLabels } = this;
    if (isStrip) {
      const step = this.breadth / this.layer.maps;
      return this.#rectangle(this.along, this.across + map * step, this.length, step);
    }
    const [line, place] = [Math.floor(map / perLine), map % perLine];
    if (isLabels && this.isStacked) return this.#rectangle(this.along + map * pitch, this.across, pitch - GAP, this.breadth);
    if (isLabels) return this.#rectangle(this.along, this.across + map * pitch, this.length, pitch - GAP);
    const start = this.across + place * pitch + (pitch - GAP - size) / 2;
    return this.#rectangle(this.along + line * (size + GAP), start, size, size);
  }

  #rectangle(along, across, length, breadth) {
    const [left, top, width, height] = this.isStacked ? [across, along, breadth, length] : [along, across, length, breadth];
    return { left, top, width, height };
  }

  /** The map at a position, or null. */
  mapAt(x, y) {
    for (let map = 0; map < this.count; map++) {
      const { left, top, width, height } = this.isStrip ? this.whole : this.cell(map);
      if (x >= left && y >= top && x < left + width + GAP && y < top + height + GAP) return map;
    }
    return null;
  }
}

function sizeOf({ size, lines, perLine, pitch }) {
  return { size, lines, perLine, pitch, length: lines * (size + GAP) - GAP, breadth: perLine * pitch - GAP };
}

class Layout {
  #groups;
  #labels;
  #scale;
  #ratio;
  #titleWidth;

  constructor(layers, { scale, ratio, titleWidth }) {
    this.#groups = groupLayers(layers);
    this.#labels = layers.at(-1);
    [this.#scale, this.#ratio, this.#titleWidth] = [scale, ratio, titleWidth];
  }

  /** The largest maps with which all layers fit; null if even the smallest don't. */
  sideBySide(available, title) {
    const extent = Math.max(HEIGHT, this.#labels.maps * LABEL_HEIGHT) * this.#scale;
    const gaps = (this.#groups.length - 1) * GROUP_GAP * this.#scale;
    let size = SIZES[1];
    const sizes = new Map(); // of the layers that are larger
    const measure = (layer) => this.#measure(layer, extent, sizes.get(layer) ?? size);
    const lengthOf = (group) => {
      const sum = group.reduce((all, layer) => all + measure(layer).length, (group.length - 1) * LAYER_GAP * this.#scale);
      return Math.max(sum, this.#titleWidth(group) - (GROUP_GAP - TITLE_GAP) * this.#scale);
    };
    const sum = () => this.#groups.reduce((all, group) => all + lengthOf(group), gaps);
    while (sum() > available && size > SIZES[0]) size -= 1;
    if (sum() > available) return null;
    const lines = new Map(this.#groups.flat().map((layer) => [layer, measure(layer).lines]));
    const resolution = ([{ maps, width }]) => (maps > 1 ? width : 0);
    for (const group of this.#groups.toSorted((a, b) => resolution(b) - resolution(a))) {
      for (let larger = MAX_SINGLE_SIZE; larger > size; larger--) {
        for (const layer of group) sizes.set(layer, larger);
        if (sum() <= available && group.every((layer) => measure(layer).lines === lines.get(layer))) break;
        for (const layer of group) sizes.delete(layer);
      }
    }
    const gap = Math.min(MAX_GROUP_GAP, GROUP_GAP + (available - sum()) / this.#scale / Math.max(1, this.#groups.length - 1));
    const layout = { boxes: new Map(), groups: [], isStacked: false, height: extent + title };
    let along = 0;
    for (const layers of this.#groups) {
      layout.groups.push({ layers, left: along, top: 0, width: lengthOf(layers) + (gap - TITLE_GAP) * this.#scale });
      let start = along;
      for (const layer of layers) {
        const measured = measure(layer);
        const across = title + (extent - measured.breadth) / 2;
        const length = measured.isLabels ? available - start : measured.length;
        layout.boxes.set(layer, new Box(layer, { ...measured, length, along: start, across }));
        start += measured.length + LAYER_GAP * this.#scale;
      }
      along += lengthOf(layers) + gap * this.#scale;
    }
    return { ...layout, width: available };
  }

  stacked(available, title) {
    const layout = { boxes: new Map(), groups: [], isStacked: true, width: available };
    let along = 0;
    for (const layers of this.#groups) {
      layout.groups.push({ layers, left: 0, top: along, width: available });
      along += title;
      for (const layer of layers) {
        const measured = this.#measure(layer, available, STACKED_SIZE, true);
        layout.boxes.set(layer, new Box(layer, { ...measured, isStacked: true, along, across: 0 }));
        along += measured.length + LAYER_GAP * this.#scale;
      }
      along += (GROUP_GAP - LAYER_GAP) * this.#scale;
    }
    return { ...layout, height: along - GROUP_GAP * this.#scale };
  }

  /** The size of a layer whose lines of maps are at most `extent` long. */
  #measure(layer, extent, maxSize, isStacked = false) {
    const [scale, count] = [this.#scale, layer.maps];
    if (layer === this.#labels) {
      if (isStacked) {
        const pitch = (LABEL_HEIGHT + GAP) * scale;
        return { isLabels: true, pitch, length: count * pitch, breadth: Math.min(extent, 2 * LABELS_SIZE * scale), perLine: 1 };
      }
      const pitch = Math.min(extent / count, 2 * LABEL_HEIGHT * scale);
      return { isLabels: true, pitch, length: LABELS_SIZE * scale, breadth: count * pitch, perLine: count };
    }
    if (layer.isFlat && count > MAX_UNITS) return { isStrip: true, length: STRIP_SIZE * scale, breadth: extent };
    if (layer.isFlat) return this.#measureUnits(count, extent, isStacked);
    const limit = count === 1 ? Math.max(SINGLE_SIZE, maxSize) : Math.min(SIZES[1], maxSize);
    const size = this.#snap(limit * scale, layer);
    const most = Math.max(1, Math.floor((extent + GAP) / (size + GAP)));
    const lines = Math.ceil(count / most);
    return sizeOf({ size, lines, perLine: Math.ceil(count / lines), pitch: size + GAP });
  }

  /** The size of a vector that is not a strip. */
  #measureUnits(count, extent, isStacked) {
    const [least, most] = UNIT_SIZES.map((size) => size * this.#scale);
    if (count === this.#labels.maps && !isStacked) { // the logits, on the same lines as the labels
      const pitch = Math.min(extent / count, 2 * LABEL_HEIGHT * this.#scale);
      return sizeOf({ size: Math.min(most, pitch - GAP), lines: 1, perLine: count, pitch });
    }
    const lines = Math.ceil((count * (least + GAP)) / extent);
    const perLine = Math.ceil(count / lines);
    const size = Math.min(most, extent / perLine - GAP);
    return sizeOf({ size, lines, perLine, pitch: size + GAP });
  }

  /** The largest side up to `size` with a whole number of screen pixels per value. */
  #snap(size, { width }) {
    const cell = Math.floor((size * this.#ratio) / width);
    return cell ? (cell * width) / this.#ratio : size;
  }
}
