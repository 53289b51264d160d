"""Segmentation paths: where a component may be two touching digits, as paths from top to bottom through little ink."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

WORKING_LINE_HEIGHT = 40
"""Line height in pixels of the reduced picture in which paths are searched."""

STEP_COST = 0.01
"""Cost of each row of a path, and again of each sideways step, in stroke widths of ink."""

MAX_CROSSED_INK = 9.0
"""Maximum ink that a path crosses, in stroke widths: the end of a stroke is one, a loop two."""

MIN_VALLEY_DEPTH = 0.05
"""Minimum depth of a valley in the outline on both sides, in line heights."""

VALLEY_REACH = 0.35
"""Distance to each side within which the outline must rise by that depth, in line heights."""

MIN_MINIMUM_DISTANCE = 0.08
"""Minimum distance between the paths that start at the middle row, in line heights."""

MIN_PATH_DISTANCE = 0.05
"""Minimum mean distance between two paths, in line heights."""

MAX_PATHS = 24
"""Maximum number of paths through a component: those through the least ink."""

COLUMN_STEPS = np.array([0, -1, 1], np.int8)


@dataclass(frozen=True)
class SegmentationPath:
    """A path from top to bottom.

    columns: int (height,), the first pixel to its right in each row. ink: stroke widths of ink that it crosses. span:
    distance from the first to the last ink that it crosses, in line heights: a path along a loop crosses little ink, but spans
    a long way.
    """

    columns: np.ndarray
    ink: float
    span: float


def find_segmentation_paths(ink: np.ndarray, line_height: float, stroke_width: float) -> list[SegmentationPath]:
    """Find paths along which a component may be split, from left to right.

    Each path is the one through the least ink that passes a valley of the upper or lower outline, or a local minimum in the
    middle row, as in Lee and Kim 1999, "Integrated segmentation and recognition of handwritten numerals". ink: uint8
    (rows, columns), of this component only. line_height, stroke_width: in pixels.
    """
    factor = max(1, round(line_height / WORKING_LINE_HEIGHT))
    cost = np.asarray(Image.fromarray(ink).reduce(factor), np.float32) * np.float32(factor / 255 / stroke_width)
    rows, columns = cost.shape
    scaled_height = line_height / factor
    if columns < 3 or rows < 3:
        return []
    from_top, step_up = _accumulate_cost(cost)
    from_bottom, step_down = _accumulate_cost(cost[::-1])
    from_bottom, step_down = from_bottom[::-1], step_down[::-1]
    min_ink = factor / stroke_width / 3
    anchors = _find_anchors(from_top + from_bottom - cost, cost > min_ink, scaled_height)
    candidates = [_trace(start, end, step_up, step_down) for start, end in anchors]
    row_index = np.arange(rows)
    crossed_ink = [float(cost[row_index, path].sum()) for path in candidates]
    paths: list[np.ndarray] = []
    for index in np.argsort(crossed_ink, kind="stable"):
        if crossed_ink[index] > MAX_CROSSED_INK or len(paths) == MAX_PATHS:
            break
        if all(np.abs(candidates[index] - other).mean() > MIN_PATH_DISTANCE * scaled_height for other in paths):
            paths.append(candidates[index])
    if not paths:
        return []
    ordered = np.sort(np.array(paths), axis=0)  # (paths, rows): two paths that cross swap sides
    crossed = cost[row_index, ordered]
    is_ink = crossed > min_ink
    spans = np.where(is_ink.any(1), rows - is_ink.argmax(1) - is_ink[:, ::-1].argmax(1), 0) / scaled_height
    full_size = np.repeat(ordered * factor + factor // 2, factor, axis=1)[:, : ink.shape[0]]
    return [SegmentationPath(*fields) for fields in zip(full_size, crossed.sum(1).tolist(), spans.tolist(), strict=True)]


def _find_anchors(
    path_cost: np.ndarray, is_ink: np.ndarray, line_height: float
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Pairs of points, each (row, column), between which a path runs straight; the same point twice for a single anchor.

    path_cost: float (rows, columns), cost of the cheapest path through each pixel. is_ink: bool (rows, columns).
    """
    rows = len(path_cost)
    depth, reach = max(1, round(MIN_VALLEY_DEPTH * line_height)), max(2, round(VALLEY_REACH * line_height))
    first, last = is_ink.argmax(0), rows - 1 - is_ink[::-1].argmax(0)
    tops = [(max(0, int(first[column]) - 1), column) for column in _find_peaks(first, depth, reach)]
    bottoms = [(min(rows - 1, int(last[column]) + 1), column) for column in _find_peaks(-last, depth, reach)]
    min_distance = max(1, round(MIN_MINIMUM_DISTANCE * line_height))
    middles = [(rows // 2, column) for column in _find_minima(path_cost[rows // 2], min_distance)]
    anchors = [(point, point) for point in (*tops, *bottoms, *middles)]
    anchors += [((row, column), (max(row, int(last[column])), column)) for row, column in tops]
    anchors += [((min(row, int(first[column])), column), (row, column)) for row, column in bottoms]
    for top in tops:
        for bottom in bottoms:
            if bottom[0] > top[0] and abs(bottom[1] - top[1]) <= min(bottom[0] - top[0], reach):
                anchors.append((top, bottom))
    return anchors


def _accumulate_cost(cost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lowest cost of a path from the first row to each pixel, and the column step, -1, 0 or 1, to the previous row."""
    rows, columns = cost.shape
    total, step = np.empty_like(cost), np.zeros((rows, columns), np.int8)
    total[0] = cost[0]
    options = np.full((3, columns), np.inf, np.float32)
    for row in range(1, rows):
        previous = total[row - 1]
        options[0] = previous
        options[1, 1:] = previous[:-1] + STEP_COST
        options[2, :-1] = previous[1:] + STEP_COST
        step[row] = COLUMN_STEPS[options.argmin(0)]
        total[row] = options.min(0) + cost[row] + STEP_COST
    return total, step


def _trace(start: tuple[int, int], end: tuple[int, int], step_up: np.ndarray, step_down: np.ndarray) -> np.ndarray:
    """Columns of a path, int (rows,): cheapest from the top to `start`, straight to `end`, cheapest to the bottom."""
    path = np.empty(len(step_up), np.intp)
    between = np.arange(start[0], end[0] + 1)
    path[between] = np.rint(np.interp(between, (start[0], end[0]), (start[1], end[1])))
    for row in range(start[0], 0, -1):
        path[row - 1] = path[row] + step_up[row, path[row]]
    for row in range(end[0], len(step_up) - 1):
        path[row + 1] = path[row] + step_down[row, path[row]]
    return path


def _find_peaks(profile: np.ndarray, depth: int, reach: int) -> list[int]:
    """Centers of the peaks of a profile, int (columns,), that rise by `depth` above a value within `reach` on both sides."""
    peaks, start, count = [], 0, len(profile)
    while start < count:
        end = start
        while end + 1 < count and profile[end + 1] == profile[start]:
            end += 1
        if start > 0 and end + 1 < count and profile[start - 1] < profile[start] and profile[end + 1] < profile[start]:
            left, right = profile[max(0, start - reach) : start], profile[end + 1 : end + 1 + reach]
            if left.min() <= profile[start] - depth and right.min() <= profile[start] - depth:
                peaks.append((start + end) // 2)
        start = end + 1
    return peaks


def _find_minima(profile: np.ndarray, distance: int) -> list[int]:
    """Columns of a profile, float (columns,), that are the lowest within `distance` on both sides."""
    minima, column = [], distance
    while column < len(profile) - distance:
        if profile[column] <= profile[column - distance : column + distance + 1].min():
            end = column
            while end + 1 < len(profile) - distance and profile[end + 1] <= profile[column]:
                end += 1
            minima.append((column + end) // 2)
            column = end
        column += 1
    return minima
