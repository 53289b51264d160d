"""Grouping of components into lines of writing, also where the baseline is slanted or wavy."""

from dataclasses import dataclass

import numpy as np

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
        owners = [_find_owner(boxes[component], line_members, line_heights, boxes) for component in chain]
        for component, owner in zip(chain, owners, strict=True):
            if owner is not None:
                fragments[owner].append(int(component))
        members = [int(component) for component, owner in zip(chain, owners, strict=True) if owner is None]
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
    for chain in chains:
        height = typical_size(heights[chain])
        best, lowest = None, np.inf
        for index, other in enumerate(merged):
            other_height = typical_size(heights[other])
            if min(height, other_height) < MIN_HEIGHT_RATIO * max(height, other_height):
                continue
            offset, beyond = _distance_from_line(centers[chain], centers[other], other_height)
            allowed = MAX_VERTICAL_OFFSET * max(height, other_height) + EXTRAPOLATION_SLOPE * beyond
            if offset <= allowed and offset + EXTRAPOLATION_SLOPE * beyond < lowest:
                best, lowest = index, offset + EXTRAPOLATION_SLOPE * beyond
        if best is None:
            merged.append(chain)
        else:
            merged[best] = np.concatenate([merged[best], chain])
    return merged


def _distance_from_line(points: np.ndarray, line: np.ndarray, height: float) -> tuple[float, float]:
    """Mean vertical distance of points, (n, 2), from a line through centers, (m, 2), and their distance beyond its ends."""
    line = line[np.argsort(line[:, 0])]
    x, y = line.T
    spread = x - x.mean()
    slope = (spread @ (y - y.mean())) / (spread @ spread + height**2)
    nearest = np.clip(points[:, 0], x[0], x[-1])
    expected = np.interp(points[:, 0], x, y) + slope * (points[:, 0] - nearest)
    return float(np.abs(points[:, 1] - expected).mean()), float(np.abs(points[:, 0] - nearest).min())


def _find_owner(box: np.ndarray, lines: list[np.ndarray], line_heights: list[float], boxes: np.ndarray) -> int | None:
    """The line to which a component belongs as a fragment, or as one half of a digit that is broken in two, if any."""
    best, lowest = None, np.inf
    for index, line in enumerate(lines):
        others, height = boxes[line], line_heights[index]
        gaps = np.maximum(np.maximum(others[:, :2] - box[2:], box[:2] - others[:, 2:]), 0) / height
        if box[3] - box[1] < MIN_HEIGHT_RATIO * height:
            is_near = (gaps[:, 0] <= MAX_FRAGMENT_GAP) & (gaps[:, 1] <= MAX_FRAGMENT_OFFSET)
        else:
            joined_height = np.maximum(others[:, 3], box[3]) - np.minimum(others[:, 1], box[1])
            overlap = np.minimum(others[:, 2], box[2]) - np.maximum(others[:, 0], box[0])
            narrower = np.minimum(others[:, 2] - others[:, 0], box[2] - box[0])
            is_near = (gaps[:, 1] <= MAX_HALF_GAP) & (joined_height <= MAX_JOINED_HEIGHT * height) & (overlap >= 0.5 * narrower)
        if is_near.any() and (distance := gaps[is_near].sum(1).min()) < lowest:
            best, lowest = index, distance
    return best
