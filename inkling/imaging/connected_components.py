"""Parts: what hangs together in a mask, each with its box, its area and its runs."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Parts:
    """The connected parts of a mask, 8 neighbours to a pixel, in the order of their first pixels.

    labels: int (runs,), which part each run belongs to; rows, starts, ends: int (runs,), a run is [start, end) in its row.
    count: n, of the parts. shape: of the mask.
    """

    labels: np.ndarray
    rows: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    count: int
    shape: tuple[int, int]

    def __len__(self) -> int:
        return self.count

    @cached_property
    def boxes(self) -> np.ndarray:
        """int (n, 4), each [left, top, right, bottom) in pixels of the mask."""
        boxes = np.empty((self.count, 4), np.intp)
        boxes[:, :2], boxes[:, 2:] = max(self.shape), 0
        np.minimum.at(boxes[:, 0], self.labels, self.starts)
        np.minimum.at(boxes[:, 1], self.labels, self.rows)
        np.maximum.at(boxes[:, 2], self.labels, self.ends)
        np.maximum.at(boxes[:, 3], self.labels, self.rows + 1)
        return boxes

    @cached_property
    def areas(self) -> np.ndarray:
        """int (n,), pixels."""
        return np.bincount(self.labels, self.ends - self.starts, self.count).astype(np.intp)

    def mask(self, chosen: np.ndarray) -> np.ndarray:
        """The pixels of the chosen parts, bool (n,): bool of the mask's shape."""
        height, width = self.shape
        steps = np.zeros(height * (width + 1), np.int8)  # one column more, in which the last run of a row may end
        runs = chosen[self.labels]
        steps[self.rows[runs] * (width + 1) + self.starts[runs]] = 1
        steps[self.rows[runs] * (width + 1) + self.ends[runs]] = -1
        return np.add.accumulate(steps, dtype=np.int8).reshape(height, width + 1)[:, :width].view(bool)

    def sums(self, weights: np.ndarray) -> np.ndarray:
        """Sum of weights, (height, width), over each part: float64 (n,)."""
        height, width = self.shape
        upto = np.zeros((height, width + 1))
        np.cumsum(weights, 1, out=upto[:, 1:])
        return np.bincount(self.labels, upto[self.rows, self.ends] - upto[self.rows, self.starts], len(self))


def find_parts(mask: np.ndarray) -> Parts:
    """Find the connected parts of a mask, bool (height, width), in time that grows with its runs, whatever their shapes.

    Runs of a row are the nodes of a graph, joined where they meet those of the next row. Labels sink to the least among
    neighbours, with short cuts, until nothing moves: Shiloach and Vishkin 1982, "An O(log n) parallel connectivity algorithm".
    """
    height, width = mask.shape
    stride = width + 2  # a gap of two ends every row, so that runs of different rows are apart also at the rims
    padded = np.zeros(height * stride + 1, bool)  # one more, so that the first run may begin with the first pixel
    padded[1:].reshape(height, stride)[:, :width] = mask
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    first, beyond = edges[::2], edges[1::2]
    rows = first // stride
    starts, ends = first - rows * stride, beyond - rows * stride
    below_first = np.searchsorted(beyond, first + stride, "left")  # runs of the row below that end at our start or later …
    below_last = np.searchsorted(first, beyond + stride, "right")  # … and start at our end or before
    meets = below_last - below_first
    above = np.repeat(np.arange(len(first)), meets)
    below = np.arange(len(above)) + np.repeat(below_first - np.cumsum(meets) + meets, meets)
    labels = _join(len(first), above, below)
    roots = labels == np.arange(len(labels))
    return Parts((np.add.accumulate(roots) - 1)[labels], rows, starts, ends, int(np.count_nonzero(roots)), (height, width))


def grown(mask: np.ndarray) -> np.ndarray:
    """A mask and the pixels round it, bool (height, width)."""
    padded = np.pad(mask, 1)
    wide = padded[:, :-2] | padded[:, 1:-1] | padded[:, 2:]
    return wide[:-2] | wide[1:-1] | wide[2:]


def _join(count: int, above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """The least node that each of `count` nodes is joined with by the edges above-below: int (count,)."""
    parents = np.arange(count)
    while above.size:
        high, low = parents[above], parents[below]
        apart = high != low
        if not apart.any():
            break
        above, below, high, low = above[apart], below[apart], high[apart], low[apart]
        np.minimum.at(parents, np.maximum(high, low), np.minimum(high, low))
        while True:  # every node points at its root
            roots = parents[parents]
            if np.array_equal(roots, parents):
                break
            parents = roots
    return parents
