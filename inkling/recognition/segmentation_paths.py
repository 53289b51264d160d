"""Cuts: where a sign may be two digits that touch, as paths from its top to its bottom through little ink."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

ROWS = 40
"""Rows that a line of writing has in the picture in which paths are looked for."""

STRAIGHT = 0.01
"""What a row of a path costs besides its ink, in widths of a pen, and this again where it steps aside."""

MOST_INK = 9.0
"""Ink that a cut goes through at most, in widths of the pen: a stroke's end is one, a loop two."""

DEEP = 0.05
"""A valley of an outline is this share of the line's height deep, at least, on both sides, …"""

NEAR = 0.35
"""… within this share of the height beside it."""

APART = 0.08
"""Cuts through the middle row are this many heights apart, at least."""

ALIKE = 0.05
"""Cuts that are no farther apart than this many heights, on average over the rows, are one."""

MOST = 24
"""Cuts of one sign, at most: those through the least ink."""

STEPS = np.array([0, -1, 1], np.int8)


@dataclass(frozen=True)
class Cut:
    """A path: columns, int (height,), the first pixel right of it in each row.

    ink: widths of the pen it goes through. span: how far it is from the first of that ink to the last, in heights of the
    line: a cut across a loop goes through little ink, but far.
    """

    columns: np.ndarray
    ink: float
    span: float


def find_cuts(ink: np.ndarray, height: float, pen: float) -> list[Cut]:
    """Where ink, uint8 (rows, columns) of one sign, may be cut, from left to right.

    Each path is the shortest one, in ink, that leads from top to bottom through a valley of the upper or lower outline,
    or through a place of the middle row where that is least: as in Lee and Kim 1999, "Integrated segmentation and
    recognition of handwritten numerals". height: of the line's digits, in pixels; pen: width of its strokes.
    """
    factor = max(1, round(height / ROWS))
    small = np.asarray(Image.fromarray(ink).reduce(factor), np.float32) * np.float32(factor / 255 / pen)
    rows, columns = small.shape
    scale = height / factor
    if columns < 3 or rows < 3:
        return []
    down, before = _sink(small)
    up, after = _sink(small[::-1])
    up, after = up[::-1], after[::-1]
    through = down + up - small
    inked = small > factor / pen / 3
    deep, near = max(1, round(DEEP * scale)), max(2, round(NEAR * scale))
    first, last = inked.argmax(0), rows - 1 - inked[::-1].argmax(0)
    tops = [(max(0, int(first[at]) - 1), at) for at in _peaks(first, deep, near)]
    bottoms = [(min(rows - 1, int(last[at]) + 1), at) for at in _peaks(-last, deep, near)]
    middles = [(rows // 2, at) for at in _lowest(through[rows // 2], max(1, round(APART * scale)))]
    ways = [_trace(place, place, before, after) for place in (*tops, *bottoms, *middles)]
    ways += [_trace(place, (max(place[0], int(last[place[1]])), place[1]), before, after) for place in tops]
    ways += [_trace((min(place[0], int(first[place[1]])), place[1]), place, before, after) for place in bottoms]
    for top in tops:
        for bottom in bottoms:
            if bottom[0] > top[0] and abs(bottom[1] - top[1]) <= min(bottom[0] - top[0], near):
                ways.append(_trace(top, bottom, before, after))
    across = np.arange(rows)
    costs = [float(small[across, way].sum()) for way in ways]
    paths: list[np.ndarray] = []
    for index in np.argsort(costs, kind="stable"):
        if costs[index] > MOST_INK or len(paths) == MOST:
            break
        if all(np.abs(ways[index] - other).mean() > ALIKE * scale for other in paths):
            paths.append(ways[index])
    if not paths:
        return []
    ordered = np.sort(np.array(paths), axis=0)  # where two cross they change places
    crossed = small[across, ordered]  # (n, rows)
    solid = crossed > factor / pen / 3
    spans = np.where(solid.any(1), rows - solid.argmax(1) - solid[:, ::-1].argmax(1), 0) / scale
    whole = np.repeat(ordered * factor + factor // 2, factor, axis=1)[:, : ink.shape[0]]
    return [Cut(*each) for each in zip(whole, crossed.sum(1).tolist(), spans.tolist(), strict=True)]


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
        step[row] = STEPS[ways.argmin(0)]
        total[row] = ways.min(0) + cost[row] + STRAIGHT
    return total, step


def _trace(top: tuple[int, int], bottom: tuple[int, int], before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The column in each row, int (rows,): the shortest path to `top`, (row, column), straight on to `bottom`, the shortest."""
    path = np.empty(len(before), np.intp)
    between = np.arange(top[0], bottom[0] + 1)
    path[between] = np.rint(np.interp(between, (top[0], bottom[0]), (top[1], bottom[1])))
    for row in range(top[0], 0, -1):
        path[row - 1] = path[row] + before[row, path[row]]
    for row in range(bottom[0], len(before) - 1):
        path[row + 1] = path[row] + after[row, path[row]]
    return path


def _peaks(profile: np.ndarray, deep: int, near: int) -> list[int]:
    """Middles of the peaks of a profile, int (columns,), that rise by `deep` from lower ground within `near` on both sides."""
    peaks, at, count = [], 0, len(profile)
    while at < count:
        end = at
        while end + 1 < count and profile[end + 1] == profile[at]:
            end += 1
        left, right = profile[max(0, at - near) : at], profile[end + 1 : end + 1 + near]
        rises = at and profile[at - 1] < profile[at] and end + 1 < count and profile[end + 1] < profile[at]
        if rises and left.min() <= profile[at] - deep and right.min() <= profile[at] - deep:
            peaks.append((at + end) // 2)
        at = end + 1
    return peaks


def _lowest(profile: np.ndarray, apart: int) -> list[int]:
    """Columns of a profile, float (columns,), that are the least within `apart` of them."""
    found, at = [], apart
    while at < len(profile) - apart:
        if profile[at] <= profile[at - apart : at + apart + 1].min():
            end = at
            while end + 1 < len(profile) - apart and profile[end + 1] <= profile[at]:
                end += 1
            found.append((at + end) // 2)
            at = end
        at += 1
    return found
