"""Neighbours: how near one digit is written to the one before it.

A digit is its strokes as points close to each other, float64 (n, 2) as [x, y], y down, as `spread` makes them.
"""

import numpy as np

CLEAR = 1.25
"""Pens between the middles of strokes of digits that do not touch, at least."""

TOUCHING = 0.2, 0.9
"""Pens between the middles of the nearest strokes of digits that touch."""

CLOSE = 0.05
"""Pens by which digits may stay farther from each other than they should: the last step takes as long as all before it."""

ALONG = 0.4
"""Heights over which digits that touch do so, at most: a one all along a three is a B, and two ones are a thick one."""

BEYOND = 0.55, 0.12
"""How far the middle of a digit lies right of that of the one before it, at least, or nobody could tell their order: in their
mean widths, and in heights."""


def beside(
    before: list[np.ndarray],
    digit: np.ndarray,
    paper: float,
    touch: bool,
    height: float,
    pen: float,
    overlap: float,
    rng: np.random.Generator,
) -> tuple[float, bool]:
    """How far right a digit is moved to stand beside those before it, and whether it touches the last of them then.

    It touches if it is to and can, without running along the other for long; else there is `paper` between their ink. height:
    of the line's digits; pen: width of the strokes; both in the digits' units, as paper is. overlap: how far its box and that
    of the last one overlap, at most, in heights.
    """
    if not before:
        return -float(digit[:, 0].min()), False
    if touch:
        shift = _approach(before, digit, rng.uniform(*TOUCHING) * pen, height, pen, overlap)
        moved = digit + np.array([shift, 0.0])
        if distance(before[-1], moved) < pen and _contact(before[-1], moved, pen) <= ALONG * height:
            return shift, True
    return _approach(before, digit, CLEAR * pen + paper, height, pen, overlap), False


def spread(strokes: list[np.ndarray], step: float) -> np.ndarray:
    """Points along strokes, each float (points, 2), no more than `step` apart: float64 (n, 2)."""
    parts = []
    for stroke in strokes:
        along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
        at = np.linspace(0, along[-1], int(along[-1] / step) + 2)
        parts.append(np.column_stack([np.interp(at, along, each) for each in stroke.T]))
    return np.concatenate(parts)


def distance(first: np.ndarray, second: np.ndarray) -> float:
    """Least distance between points, float (n, 2), and others, float (m, 2)."""
    return float(np.sqrt(_squares(first, second).min()))


def _approach(before: list[np.ndarray], digit: np.ndarray, apart: float, height: float, pen: float, overlap: float) -> float:
    """How far right a digit is moved to lie `apart` from the last of those before it, and clear of the one before that.

    It comes from the right, each time by no more than the distance that is left, so that it cannot pass through.
    """
    last = before[-1]
    ends = [(each[:, 0].min(), each[:, 0].max()) for each in (last, digit)]
    width = np.ptp(ends, axis=1).mean()
    nearest = float(np.mean(ends[0]) - np.mean(ends[1]) + max(BEYOND[0] * width, BEYOND[1] * height))
    nearest = max(nearest, float(last[:, 0].max() - digit[:, 0].min() - overlap * height))
    shift = max(nearest, float(max(each[:, 0].max() for each in before[-2:]) + apart + pen - digit[:, 0].min()))
    while shift > nearest:
        moved = digit + np.array([shift, 0.0])
        left = min([distance(last, moved) - apart, *(distance(each, moved) - CLEAR * pen for each in before[-2:-1])])
        if left <= CLOSE * pen:
            break
        shift = max(nearest, shift - left)
    return shift


def _contact(first: np.ndarray, second: np.ndarray, pen: float) -> float:
    """Over what height points, float (n, 2), lie within a pen's width of others, float (m, 2)."""
    near = second[(_squares(first, second) < pen * pen).any(0), 1]
    return float(np.ptp(near)) if len(near) else 0.0


def _squares(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Squares of distances, float64 (n, m)."""
    across, down = (np.subtract.outer(first[:, axis], second[:, axis]) for axis in (0, 1))
    return across * across + down * down
