"""Connected components of a mask, stored as runs, with their bounding boxes and areas."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class ConnectedComponents:
    """The 8-connected components of a mask, in the order of their first pixels.

    labels: int (runs,), the component of each run. rows, starts, ends: int (runs,), a run covers [start, end) in its row.
    count: number of components. shape: (height, width) of the mask.
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
        """Bounding boxes, int (count, 4), each [left, top, right, bottom) in pixels of the mask."""
        boxes = np.empty((self.count, 4), np.intp)
        boxes[:, :2], boxes[:, 2:] = max(self.shape), 0
        np.minimum.at(boxes[:, 0], self.labels, self.starts)
        np.minimum.at(boxes[:, 1], self.labels, self.rows)
        np.maximum.at(boxes[:, 2], self.labels, self.ends)
        np.maximum.at(boxes[:, 3], self.labels, self.rows + 1)
        return boxes

    @cached_property
    def areas(self) -> np.ndarray:
        """Number of pixels of each component, int (count,)."""
        return np.bincount(self.labels, self.ends - self.starts, self.count).astype(np.intp)

    def run_lengths(self, selected: np.ndarray) -> np.ndarray:
        """Lengths of the runs of some components, given by their indices, int (n,): int (runs,)."""
        lengths, offsets = self._lengths_by_component
        return np.concatenate([lengths[offsets[component] : offsets[component + 1]] for component in selected])

    @cached_property
    def _lengths_by_component(self) -> tuple[np.ndarray, np.ndarray]:
        """The lengths of all runs, ordered by component, and the position of each component's first one, and of the end."""
        order = np.argsort(self.labels, kind="stable")
        return (self.ends - self.starts)[order], np.concatenate(
            [[0], np.cumsum(np.bincount(self.labels, minlength=self.count))]
        )

    def mask(self, selected: np.ndarray) -> np.ndarray:
        """Mask of the selected components, bool (count,): bool (height, width)."""
        height, width = self.shape
        steps = np.zeros(height * (width + 1), np.int8)  # one more column, in which the last run of a row may end
        runs = selected[self.labels]
        steps[self.rows[runs] * (width + 1) + self.starts[runs]] = 1
        steps[self.rows[runs] * (width + 1) + self.ends[runs]] = -1
        return np.add.accumulate(steps, dtype=np.int8).reshape(height, width + 1)[:, :width].view(bool)

    def sums(self, weights: np.ndarray) -> np.ndarray:
        """Sum of weights, (height, width), over the pixels of each component: float64 (count,)."""
        height, width = self.shape
        cumulative = np.zeros((height, width + 1))
        np.cumsum(weights, 1, out=cumulative[:, 1:])
        run_sums = cumulative[self.rows, self.ends] - cumulative[self.rows, self.starts]
        return np.bincount(self.labels, run_sums, len(self))


def label_components(mask: np.ndarray) -> ConnectedComponents:
    """Find the connected components of a mask, bool (height, width), in time that grows with the number of its runs.

    The runs of a row are nodes of a graph, joined where they touch runs of the next row. Each label sinks to the smallest
    among its neighbors, with pointer jumping, until nothing changes: Shiloach and Vishkin 1982, "An O(log n) parallel
    connectivity algorithm".
    """
    height, width = mask.shape
    stride = width + 2  # two empty pixels after each row keep the runs of different rows apart
    padded = np.zeros(height * stride + 1, bool)  # one more in front, so that the first pixel can begin a run
    padded[1:].reshape(height, stride)[:, :width] = mask
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    first, beyond = edges[::2], edges[1::2]
    rows = first // stride
    starts, ends = first - rows * stride, beyond - rows * stride
    next_first = np.searchsorted(beyond, first + stride, "left")  # runs of the next row that end at this start or later ...
    next_last = np.searchsorted(first, beyond + stride, "right")  # ... and begin at this end or before
    touching = next_last - next_first
    upper = np.repeat(np.arange(len(first)), touching)
    lower = np.arange(len(upper)) + np.repeat(next_first - np.cumsum(touching) + touching, touching)
    roots = _find_roots(len(first), upper, lower)
    is_root = roots == np.arange(len(roots))
    labels = (np.cumsum(is_root) - 1)[roots]
    return ConnectedComponents(labels, rows, starts, ends, int(np.count_nonzero(is_root)), (height, width))


def _find_roots(count: int, upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """The smallest node connected to each of `count` nodes by the edges upper-lower: int (count,)."""
    parents = np.arange(count)
    while upper.size:
        upper_roots, lower_roots = parents[upper], parents[lower]
        differ = upper_roots != lower_roots
        if not differ.any():
            break
        upper, lower, upper_roots, lower_roots = upper[differ], lower[differ], upper_roots[differ], lower_roots[differ]
        np.minimum.at(parents, np.maximum(upper_roots, lower_roots), np.minimum(upper_roots, lower_roots))
        while True:  # pointer jumping: every node points at its root
            grandparents = parents[parents]
            if np.array_equal(grandparents, parents):
                break
            parents = grandparents
    return parents
