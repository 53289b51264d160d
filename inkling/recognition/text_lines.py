"""Grouping of components into lines of writing, also where the baseline is slanted or wavy."""

from dataclasses import dataclass

import numpy as np

from inkling.deadline import check_deadline
from inkling.recognition.component_filter import typical_size

MIN_HEIGHT_RATIO = 0.4
"""Minimum height ratio of two characters of a line; lower components are fragments or points."""

MAX_NEIGHBOR_GAP = 2.0
"""Maximum horizontal gap between neighboring characters, in character heights."""

MAX_VERTICAL_OFFSET = 0.45
"""Maximum vertical offset of a character from its neighbor or from the line, in character heights."""

EXTRAPOLATION_SLOPE = 0.15
"""Additional vertical offset allowed per pixel of distance beyond the ends of a line."""

MAX_FRAGMENT_OFFSET, MAX_FRAGMENT_GAP = 0.3, 1.0
"""Maximum vertical and horizontal gap between a fragment and a character of its line, in line heights."""

MIN_LONE_HEIGHT = 0.6
"""A character alone in its line must have this share of the picture's typical height; lower ones are specks."""

MAX_HALF_GAP, MAX_JOINED_HEIGHT = 0.15, 1.3
"""Maximum vertical gap between the halves of a broken digit, and their maximum joint height, in line heights."""

ROUNDING = 1e-6
"""Tolerance in pixels for differences between two ways to compute the same distance."""


@dataclass(frozen=True)
class TextLine:
    """A line of writing. components: int (n,), their indices. height: typical height of its characters, in pixels."""

    components: np.ndarray
    height: float


def find_text_lines(boxes: np.ndarray) -> list[TextLine]:
    """Group components, boxes int (n, 4) as [left, top, right, bottom), into lines, from top to bottom."""
    heights = (boxes[:, 3] - boxes[:, 1]).astype(float)
    chains = _merge_chains(_link_neighbors(boxes, heights), boxes, heights)
    chains.sort(key=lambda chain: -heights[chain].sum())
    line_members: list[np.ndarray] = []
    line_heights: list[float] = []
    fragments: list[list[int]] = []
    for chain in chains:  # the line with the most writing first
        check_deadline()
        members = []
        for component, owner in zip(chain.tolist(), _find_owners(boxes[chain], line_members, line_heights, boxes), strict=True):
            if owner is None:
                members.append(component)
            else:
                fragments[owner].append(component)
        if members:
            line_members.append(np.array(members, np.intp))
            line_heights.append(typical_size(heights[members]))
            fragments.append([])
    min_lone_height = MIN_LONE_HEIGHT * typical_size(heights)
    lines = [
        TextLine(np.array([*members, *extra], np.intp), height)
        for members, extra, height in zip(line_members, fragments, line_heights, strict=True)
        if len(members) > 1 or height >= min_lone_height
    ]
    return sorted(lines, key=lambda line: float((boxes[line.components, 1] + boxes[line.components, 3]).mean()))


def drop_cropped_lines(lines: list[TextLine], boxes: np.ndarray, shape: tuple[int, ...]) -> list[TextLine]:
    """Drop the lines that the edge of a picture, (height, width), crops: all of their components touch it.

    If that applies to every line, as in a picture cropped to its writing, all lines stay.
    """
    height, width = shape
    touches_edge: np.ndarray = np.any((boxes[:, :2] <= 0) | (boxes[:, 2:] >= (width, height)), axis=1)
    complete = [line for line in lines if not touches_edge[line.components].all()]
    return complete or lines


def _link_neighbors(boxes: np.ndarray, heights: np.ndarray) -> list[np.ndarray]:
    """Link each component to its nearest right neighbor of similar height: chains of indices, each int (n,)."""
    count = len(boxes)
    centers = (boxes[:, :2] + boxes[:, 2:]) / 2
    taller, lower = np.maximum.outer(heights, heights), np.minimum.outer(heights, heights)
    gaps = boxes[None, :, 0] - boxes[:, None, 2]  # from the right end of i to the left end of j
    offsets = np.abs(centers[None, :, 1] - centers[:, None, 1])
    steps = centers[None, :, 0] - centers[:, None, 0]
    can_follow = (centers[None, :, 0] > centers[:, None, 0]) & (gaps <= MAX_NEIGHBOR_GAP * taller)
    can_follow &= (offsets <= MAX_VERTICAL_OFFSET * taller) & (lower >= MIN_HEIGHT_RATIO * taller)
    distances = np.where(can_follow, np.maximum(gaps, 0) + 2 * offsets + 0.1 * steps, np.inf)
    nearest_right, nearest_left = distances.argmin(1), distances.argmin(0)
    parents = np.arange(count)

    def root(node: int) -> int:
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = int(parents[node])
        return node

    for component in range(count):
        neighbor = nearest_right[component]
        if np.isfinite(distances[component, neighbor]) and nearest_left[neighbor] == component:
            parents[root(neighbor)] = root(component)
    roots = np.array([root(component) for component in range(count)])
    return [np.flatnonzero(roots == each) for each in np.unique(roots)]


def _merge_chains(chains: list[np.ndarray], boxes: np.ndarray, heights: np.ndarray) -> list[np.ndarray]:
    """Merge the chains that lie on one line."""
    centers = (boxes[:, :2] + boxes[:, 2:]) / 2
    chains = sorted(chains, key=lambda chain: (-len(chain), -heights[chain].sum()))
    merged: list[np.ndarray] = []
    courses = _Courses(len(chains))
    for chain in chains:
        check_deadline()
        height = typical_size(heights[chain])
        best, lowest = None, np.inf
        for index in courses.near(centers[chain], height):
            offset, beyond = courses.distance(index, centers[chain])
            allowed = MAX_VERTICAL_OFFSET * max(height, courses.heights[index]) + EXTRAPOLATION_SLOPE * beyond
            if offset <= allowed and offset + EXTRAPOLATION_SLOPE * beyond < lowest:
                best, lowest = index, offset + EXTRAPOLATION_SLOPE * beyond
        if best is None:
            best = len(merged)
            merged.append(chain)
        else:
            merged[best] = np.concatenate([merged[best], chain])
        courses.set(best, centers[merged[best]], typical_size(heights[merged[best]]))
    return merged


class _Courses:
    """The courses of lines through their components' centers. Those far from a chain are found for all lines at once.

    heights: float (capacity,), typical heights in pixels, of which the first `count` are in use; so are the rows of the
    other arrays.
    """

    def __init__(self, capacity: int):
        self.count = 0
        self.heights, self.slopes = np.zeros(capacity), np.zeros(capacity)
        self.first, self.last = np.zeros((capacity, 2)), np.zeros((capacity, 2))  # the outermost centers, (x, y)
        self.lowest, self.highest = np.zeros(capacity), np.zeros(capacity)  # range of y
        self.lines: list[np.ndarray] = []

    def set(self, index: int, centers: np.ndarray, height: float) -> None:
        """Set a line, or add one at index `count`. centers: float (m, 2)."""
        line = centers[np.argsort(centers[:, 0])]
        x, y = line.T
        spread = x - x.mean()
        if index == self.count:
            self.count += 1
            self.lines.append(line)
        self.lines[index] = line
        self.heights[index] = height
        self.slopes[index] = (spread @ (y - y.mean())) / (spread @ spread + height**2)
        self.first[index], self.last[index] = line[0], line[-1]
        self.lowest[index], self.highest[index] = y.min(), y.max()

    def distance(self, index: int, points: np.ndarray) -> tuple[float, float]:
        """Mean vertical distance of points, (n, 2), from a line, and their distance beyond its ends."""
        x, y = self.lines[index].T
        nearest = np.clip(points[:, 0], x[0], x[-1])
        expected = np.interp(points[:, 0], x, y) + self.slopes[index] * (points[:, 0] - nearest)
        return float(np.abs(points[:, 1] - expected).mean()), float(np.abs(points[:, 0] - nearest).min())

    def near(self, points: np.ndarray, height: float) -> list[int]:
        """The lines to which a chain with these points, (n, 2), may belong, and few others."""
        used = slice(self.count)
        heights, slopes = self.heights[used], self.slopes[used]
        low, high = self.lowest[used], self.highest[used]
        offsets, beyond = np.zeros(self.count), np.full(self.count, np.inf)
        for x, y in points:
            left, right = x - self.first[used, 0], x - self.last[used, 0]
            outside = np.minimum(left, 0) + np.maximum(right, 0)
            drift = slopes * outside
            bottom = np.where(left < 0, self.first[used, 1], np.where(right > 0, self.last[used, 1], low)) + drift
            top = np.where(left < 0, self.first[used, 1], np.where(right > 0, self.last[used, 1], high)) + drift
            offsets += np.maximum(np.maximum(bottom - y, y - top), 0)
            beyond = np.minimum(beyond, np.abs(outside))
        taller = np.maximum(heights, height)
        is_similar = np.minimum(heights, height) >= MIN_HEIGHT_RATIO * taller
        allowed = MAX_VERTICAL_OFFSET * taller + EXTRAPOLATION_SLOPE * beyond
        near: list[int] = np.flatnonzero(is_similar & (offsets / len(points) <= allowed + ROUNDING)).tolist()
        return near


def _find_owners(
    chain_boxes: np.ndarray, lines: list[np.ndarray], line_heights: list[float], boxes: np.ndarray
) -> list[int | None]:
    """The line to which each component belongs as a fragment, or as one half of a digit that is broken in two, if any."""
    if not lines:
        return [None] * len(chain_boxes)
    lengths = [len(line) for line in lines]
    line_of = np.repeat(np.arange(len(lines)), lengths)
    others, heights = boxes[np.concatenate(lines)], np.repeat(line_heights, lengths)
    return [_find_owner(box, others, heights, line_of) for box in chain_boxes]


def _find_owner(box: np.ndarray, others: np.ndarray, heights: np.ndarray, line_of: np.ndarray) -> int | None:
    """The line of a component, int (4,). others: int (m, 4), the boxes of all lines. heights, line_of: (m,), their lines'."""
    gaps = np.maximum(np.maximum(others[:, :2] - box[2:], box[:2] - others[:, 2:]), 0) / heights[:, None]
    is_fragment = box[3] - box[1] < MIN_HEIGHT_RATIO * heights
    is_near_fragment = (gaps[:, 0] <= MAX_FRAGMENT_GAP) & (gaps[:, 1] <= MAX_FRAGMENT_OFFSET)
    joined_height = np.maximum(others[:, 3], box[3]) - np.minimum(others[:, 1], box[1])
    overlap = np.minimum(others[:, 2], box[2]) - np.maximum(others[:, 0], box[0])
    narrower = np.minimum(others[:, 2] - others[:, 0], box[2] - box[0])
    is_half = (gaps[:, 1] <= MAX_HALF_GAP) & (joined_height <= MAX_JOINED_HEIGHT * heights) & (overlap >= 0.5 * narrower)
    is_near = np.where(is_fragment, is_near_fragment, is_half)
    if not is_near.any():
        return None
    distances = np.where(is_near, gaps.sum(1), np.inf)
    return int(line_of[distances.argmin()])
