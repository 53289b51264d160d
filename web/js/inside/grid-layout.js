/* Decides how many feature maps fit in a row, and how large they are. Independent of the page. */

const HEIGHT = 100; // approximate height of all maps in CSS pixels; larger on wide screens
const TOUCH_HEIGHT = 280; // the same for touch screens
const CAPTION_HEIGHT = 34; // CSS pixels of two lines of text under a unit

export class GridLayout {
  /** available: width in CSS pixels. ratio: screen pixels per CSS pixel. maxSide: of a map, in CSS pixels. */
  constructor({ maps, height, width, maxSide, texts }, available, ratio, isCoarse) {
    Object.assign(this, { maps, height, width, ratio });
    const gap = Math.ceil((maps > 200 ? 1 : height > 1 || texts ? 5 : 2) * ratio);
    const minSize = texts ? 38 * ratio : width;
    const maxSize = (texts ? 56 : height > 1 ? maxSide : 28) * ratio;
    const targetHeight = isCoarse ? TOUCH_HEIGHT : HEIGHT + available / 8;
    const target = Math.min(maxSize, ratio * Math.sqrt((available * targetHeight) / maps));
    let lowestCost = Infinity;
    for (let columns = 1; columns <= maps; columns++) {
      const share = (available * ratio + gap) / columns - gap;
      const cell = Math.max(1, Math.floor(Math.min(share, maxSize) / width));
      const size = cell * width;
      const incompleteRow = maps % columns ? size / 3 : 0;
      const rows = (texts ? 4 : 0.1) * Math.ceil(maps / columns);
      const cost = Math.abs(size - target) + rows + incompleteRow + (share < minSize ? 1e6 : 0);
      if (cost <= lowestCost) [lowestCost, this.columns, this.cell] = [cost, columns, cell];
    }
    this.stepX = width * this.cell + gap;
    this.stepY = height * this.cell + gap + (texts ? CAPTION_HEIGHT * ratio : 0);
    this.totalWidth = Math.min(this.columns, maps) * this.stepX - gap;
    this.totalHeight = Math.ceil(maps / this.columns) * this.stepY - gap;
  }

  /** The corner of a map, [left, top] in screen pixels. */
  corner(map) {
    return [(map % this.columns) * this.stepX, Math.floor(map / this.columns) * this.stepY];
  }

  /** The pixel [map, y, x] at a position in CSS pixels; null outside the maps. A gap belongs to the map before it. */
  pixelAt(left, top) {
    const [x, y] = [left * this.ratio, top * this.ratio];
    const [column, row] = [Math.floor(x / this.stepX), Math.floor(y / this.stepY)];
    const map = row * this.columns + column;
    if (column >= this.columns || map < 0 || map >= this.maps) return null;
    const clamp = (length, cells) => Math.max(0, Math.min(Math.floor(length / this.cell), cells - 1));
    return [map, clamp(y - row * this.stepY, this.height), clamp(x - column * this.stepX, this.width)];
  }
}
