/* The grid: how many maps stand in a row of an atlas, and how large. Pure: knows nothing of the page. */

const AREA = 100; // CSS pixels that an atlas is high, about; on wide screens more, and for fingers more still
const LINES = 34; // CSS pixels that two lines of text take under a unit

export class Grid {
  /** room: CSS pixels across. ratio: the screen's pixels for one of them. most: CSS pixels of a map's side at most. */
  constructor({ maps, height, width, most, texts }, room, ratio, coarse) {
    Object.assign(this, { maps, height, width, ratio });
    const gap = Math.ceil((maps > 200 ? 1 : height > 1 || texts ? 5 : 2) * ratio);
    const least = texts ? 38 * ratio : width;
    const largest = (texts ? 56 : height > 1 ? most : 28) * ratio;
    const wanted = Math.min(largest, ratio * Math.sqrt((room * (coarse ? 280 : AREA + room / 8)) / maps));
    let lowest = Infinity;
    for (let columns = 1; columns <= maps; columns++) {
      const share = (room * ratio + gap) / columns - gap;
      const cell = Math.max(1, Math.floor(Math.min(share, largest) / width));
      const size = cell * width;
      const ragged = maps % columns ? size / 3 : 0;
      const rows = (texts ? 4 : 0.1) * Math.ceil(maps / columns);
      const cost = Math.abs(size - wanted) + rows + ragged + (share < least ? 1e6 : 0);
      if (cost <= lowest) [lowest, this.columns, this.cell] = [cost, columns, cell];
    }
    this.stepX = width * this.cell + gap;
    this.stepY = height * this.cell + gap + (texts ? LINES * ratio : 0);
    this.across = Math.min(this.columns, maps) * this.stepX - gap;
    this.down = Math.ceil(maps / this.columns) * this.stepY - gap;
  }

  /** A map's corner, [left, top] in the screen's pixels. */
  corner(map) {
    return [(map % this.columns) * this.stepX, Math.floor(map / this.columns) * this.stepY];
  }

  /** The pixel [map, y, x] at a position in CSS pixels; null where there is no map. A gap belongs to the map before it. */
  pick(left, top) {
    const [across, down] = [left * this.ratio, top * this.ratio];
    const [column, row] = [Math.floor(across / this.stepX), Math.floor(down / this.stepY)];
    const map = row * this.columns + column;
    if (column >= this.columns || map < 0 || map >= this.maps) return null;
    const within = (length, sides) => Math.max(0, Math.min(Math.floor(length / this.cell), sides - 1));
    return [map, within(down - row * this.stepY, this.height), within(across - column * this.stepX, this.width)];
  }
}
