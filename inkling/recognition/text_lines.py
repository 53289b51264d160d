"""Lines: signs -> lines of writing, on a slanted or wavy base line too."""

from dataclasses import dataclass

import numpy as np

from inkling.recognition.component_filter import typical_size

ALIKE = 0.4
"""Signs of a line are at least this share of each other's height; what is lower is a fragment or a point."""

NEXT = 2.0
"""A sign's neighbour is no farther than this many heights …"""

OFF = 0.45
"""… and no more than this many above or below it, or above or below the line that others make."""

DRIFT = 0.15
"""Where a line goes on beyond its signs it may rise or fall by this share of the way, besides."""

BESIDE = 0.3
"""A fragment lies within this many heights above or below a sign, and within FAR of them beside it."""

FAR = 1.0

LONELY = 0.6
"""A sign alone in its line that is lower than this share of the picture's writing is a speck."""

BROKEN, WHOLE = 0.15, 1.3
"""Halves of a digit that are one above the other are no farther apart than this many heights, and together no higher."""


@dataclass(frozen=True)
class Row:
    """A line of writing. signs: int (n,), indices of boxes; height: that of its digits, in pixels."""

    signs: np.ndarray
    height: float


def find_lines(boxes: np.ndarray) -> list[Row]:
    """Put signs, int (n, 4) as [left, top, right, bottom), into lines, from top to bottom."""
    heights = (boxes[:, 3] - boxes[:, 1]).astype(float)
    chains = _merge(_chains(boxes, heights), boxes, heights)
    chains.sort(key=lambda chain: -heights[chain].sum())
    whole: list[np.ndarray] = []
    tall: list[float] = []
    extra: list[list[int]] = []
    for chain in chains:  # from the line with the most writing on
        owners = [_owner(boxes[sign], whole, tall, boxes) for sign in chain]
        for sign, owner in zip(chain, owners, strict=True):
            if owner is not None:
                extra[owner].append(int(sign))
        own = [int(sign) for sign, owner in zip(chain, owners, strict=True) if owner is None]
        if own:
            whole.append(np.array(own, np.intp))
            tall.append(typical_size(heights[own]))
            extra.append([])
    least = LONELY * typical_size(heights)
    rows = [
        Row(np.array([*own, *more], np.intp), size)
        for own, more, size in zip(whole, extra, tall, strict=True)
        if len(own) > 1 or size >= least
    ]
    return sorted(rows, key=lambda row: float((boxes[row.signs, 1] + boxes[row.signs, 3]).mean()))


def whole_lines(rows: list[Row], boxes: np.ndarray, shape: tuple[int, int]) -> list[Row]:
    """The lines without those that the edge of a picture, (height, width), cuts off: all of their signs touch it.

    Where that is so of every line, as in a picture cut to its writing, all stay.
    """
    height, width = shape
    touching = ((boxes[:, :2] <= 0) | (boxes[:, 2:] >= (width, height))).any(1)
    whole = [row for row in rows if not touching[row.signs].all()]
    return whole or rows


def _chains(boxes: np.ndarray, heights: np.ndarray) -> list[np.ndarray]:
    """Each sign joined with the nearest one of like height that follows it: int (n,) a chain."""
    count = len(boxes)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    taller, lower = np.maximum.outer(heights, heights), np.minimum.outer(heights, heights)
    gaps = boxes[None, :, 0] - boxes[:, None, 2]  # from the right end of i to the left end of j
    drop = np.abs(middles[None, :, 1] - middles[:, None, 1])
    may = (middles[None, :, 0] > middles[:, None, 0]) & (gaps <= NEXT * taller) & (drop <= OFF * taller)
    may &= lower >= ALIKE * taller
    far = np.where(may, np.maximum(gaps, 0) + 2 * drop + 0.1 * (middles[None, :, 0] - middles[:, None, 0]), np.inf)
    parents = np.arange(count)
    following, before = far.argmin(1), far.argmin(0)

    def root(node: int) -> int:
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    for sign in range(count):
        other = following[sign]
        if np.isfinite(far[sign, other]) and before[other] == sign:
            parents[root(other)] = root(sign)
    roots = np.array([root(sign) for sign in range(count)])
    return [np.flatnonzero(roots == each) for each in np.unique(roots)]


def _merge(chains: list[np.ndarray], boxes: np.ndarray, heights: np.ndarray) -> list[np.ndarray]:
    """Chains that lie on one line as one."""
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    chains = sorted(chains, key=lambda chain: (-len(chain), -heights[chain].sum()))
    merged: list[np.ndarray] = []
    for chain in chains:
        height = typical_size(heights[chain])
        best, least = None, np.inf
        for index, other in enumerate(merged):
            size = typical_size(heights[other])
            if min(height, size) < ALIKE * max(height, size):
                continue
            off, beyond = _off_line(middles[chain], middles[other], size)
            if off <= OFF * max(height, size) + DRIFT * beyond and off + DRIFT * beyond < least:
                best, least = index, off + DRIFT * beyond
        if best is None:
            merged.append(chain)
        else:
            merged[best] = np.concatenate([merged[best], chain])
    return merged


def _off_line(points: np.ndarray, line: np.ndarray, height: float) -> tuple[float, float]:
    """How far points, (n, 2), lie above or below a line's middles, (m, 2), on average, and how far beside them."""
    line = line[np.argsort(line[:, 0])]
    x, y = line.T
    spread = x - x.mean()
    slope = (spread @ (y - y.mean())) / (spread @ spread + height**2)
    nearest = np.clip(points[:, 0], x[0], x[-1])
    expected = np.interp(points[:, 0], x, y) + slope * (points[:, 0] - nearest)
    return float(np.abs(points[:, 1] - expected).mean()), float(np.abs(points[:, 0] - nearest).min())


def _owner(box: np.ndarray, lines: list[np.ndarray], tall: list[float], boxes: np.ndarray) -> int | None:
    """The line to which a fragment belongs, or the half of a digit that is broken in two, where there is one."""
    best, least = None, np.inf
    for index, line in enumerate(lines):
        others, height = boxes[line], tall[index]
        gaps = np.maximum(np.maximum(others[:, :2] - box[2:], box[:2] - others[:, 2:]), 0) / height
        if box[3] - box[1] < ALIKE * height:
            near = (gaps[:, 0] <= FAR) & (gaps[:, 1] <= BESIDE)
        else:
            together = np.maximum(others[:, 3], box[3]) - np.minimum(others[:, 1], box[1])
            shared = np.minimum(others[:, 2], box[2]) - np.maximum(others[:, 0], box[0])
            narrower = np.minimum(others[:, 2] - others[:, 0], box[2] - box[0])
            near = (gaps[:, 1] <= BROKEN) & (together <= WHOLE * height) & (shared >= 0.5 * narrower)
        if near.any() and (far := gaps[near].sum(1).min()) < least:
            best, least = index, far
    return best
