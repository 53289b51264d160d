"""Cuts: where a sign may be two digits that touch, as paths from its top to its bottom through the least ink."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

ROWS = 40
"""Rows that a line of writing has in the picture in which paths are looked for."""

STRAIGHT = 0.01
"""What a row of a path costs besides its ink, in widths of a pen, and this again where it steps aside."""

MOST_INK = 3.2
"""Ink that a cut goes through at most, in widths of the pen: a stroke's end is one, a loop two."""

APART = 0.12
"""Cuts of a sign are this many heights apart, at least, and as far from its ends."""

MOST = 24
"""Cuts of one sign, at most: those through the least ink."""


FLAT = 1e-3
"""Columns through which a cut costs as much as this more are as good: of such a stretch the middle is taken."""

STEPS = np.array([0, -1, 1], np.int8)


@dataclass(frozen=True)
class Cut:
    """A path: columns, int (height,), the first pixel right of it in each row; ink: widths of the pen it goes through."""

    columns: np.ndarray
    ink: float


def find_cuts(ink: np.ndarray, height: float, pen: float) -> list[Cut]:
    """Where ink, uint8 (rows, columns) of one sign, may be cut, from left to right.

    Paths are the shortest ones through ink from top to bottom, as in Lee and Kim 1999 ("Integrated segmentation and
    recognition of handwritten numerals"), one through each place of the middle row where that is least. height: of the
    line's digits, in pixels; pen: width of its strokes.
    """
    factor = max(1, round(height / ROWS))
    small = np.asarray(Image.fromarray(ink).reduce(factor), np.float32) * np.float32(factor / 255 / pen)
    rows, columns = small.shape
    margin = max(1, round(APART * height / factor))
    if columns <= 2 * margin:
        return []
    down, came = _sink(small)
    up, went = _sink(small[::-1])
    middle = rows // 2
    through = down[middle] + up[rows - 1 - middle] - small[middle]
    cuts = []
    for at in _valleys(through, margin):
        path = np.empty(rows, np.intp)
        path[middle] = at
        for row in range(middle, 0, -1):
            path[row - 1] = path[row] + came[row, path[row]]
        for row in range(middle, rows - 1):
            path[row + 1] = path[row] + went[rows - 1 - row, path[row]]
        crossed = float(small[np.arange(rows), path].sum())
        whole = np.repeat(path * factor + factor // 2, factor)[: ink.shape[0]]
        cuts.append(Cut(whole, crossed))
    return cuts


def _sink(cost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least cost of a path from the first row to each pixel, and the step, -1, 0 or 1, to the one before it."""
    rows, columns = cost.shape
    total, step = np.empty_like(cost), np.zeros((rows, columns), np.int8)
    total[0] = cost[0]
    ways = np.full((3, columns), np.inf, np.float32)
    for row in range(1, rows):
        above = total[row - 1]
        ways[0] = above
        ways[1, 1:] = above[:-1] + STRAIGHT
        ways[2, :-1] = above[1:] + STRAIGHT
        best = ways.argmin(0)
        step[row] = STEPS[best]
        total[row] = ways.min(0) + cost[row] + STRAIGHT
    return total, step


def _valleys(through: np.ndarray, margin: int) -> list[int]:
    """Columns at which a cut costs least in its neighbourhood, from left to right."""
    free = np.zeros(len(through), bool)
    free[margin : len(through) - margin] = True
    taken: list[int] = []
    for at in np.argsort(through, kind="stable"):
        if through[at] > MOST_INK + 1 or len(taken) == MOST:
            break
        if not free[at] or through[at] > through[max(0, at - margin) : at + margin + 1].min():
            continue
        end = at
        while end + 1 < len(through) - margin and through[end + 1] <= through[at] + FLAT:
            end += 1
        taken.append(int(at + end) // 2)
        free[max(0, at - margin) : end + margin + 1] = False
    return sorted(taken)
