"""Horizontal spacing of the digits of a synthetic line.

A digit is given by densely sampled points of its strokes, float64 (n, 2) as [x, y], y down, as returned by `sample_points`.
"""

import numpy as np

CLEARANCE = 1.25
"""Minimum distance between the center lines of digits that do not touch, in pen widths."""

TOUCHING_DISTANCE = 0.2, 0.9
"""Range of the distance between the center lines of digits that touch, in pen widths."""

TOLERANCE = 0.05
"""Distance, in pen widths, at which the approach ends: the last step would take as long as all others."""

MAX_CONTACT = 0.4
"""Maximum height over which digits may touch, in line heights: a one along a three would be a B, two ones one thick stroke."""

MIN_ADVANCE = 0.55, 0.12
"""Minimum distance between the centers of consecutive digits, in mean widths and in line heights. Less would make their order
ambiguous."""


def place_digit(
    previous: list[np.ndarray],
    digit: np.ndarray,
    gap: float,
    touch: bool,
    height: float,
    pen: float,
    overlap: float,
    rng: np.random.Generator,
) -> tuple[float, bool]:
    """Return how far to shift a digit right to place it after the previous ones, and whether it then touches the last of them.

    touch: whether it should touch; it does if that needs no contact along a large height. Otherwise `gap` is left between the
    ink. height: of the digits in this line. pen: width of the strokes. overlap: maximum overlap of its box and that of the
    last digit, in line heights. Lengths are in the units of the points.
    """
    if not previous:
        return -float(digit[:, 0].min()), False
    if touch:
        shift = _approach(previous, digit, rng.uniform(*TOUCHING_DISTANCE) * pen, height, pen, overlap)
        shifted = digit + np.array([shift, 0.0])
        if min_distance(previous[-1], shifted) < pen and _contact_height(previous[-1], shifted, pen) <= MAX_CONTACT * height:
            return shift, True
    return _approach(previous, digit, CLEARANCE * pen + gap, height, pen, overlap), False


def sample_points(strokes: list[np.ndarray], step: float) -> np.ndarray:
    """Sample points along strokes, each float (points, 2), at most `step` apart: float64 (n, 2)."""
    sampled = []
    for stroke in strokes:
        lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
        positions = np.linspace(0, lengths[-1], int(lengths[-1] / step) + 2)
        sampled.append(np.column_stack([np.interp(positions, lengths, each) for each in stroke.T]))
    return np.concatenate(sampled)


def min_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Return the minimum distance between two sets of points, float (n, 2) and (m, 2)."""
    return float(np.sqrt(_squared_distances(first, second).min()))


def _approach(previous: list[np.ndarray], digit: np.ndarray, wanted: float, height: float, pen: float, overlap: float) -> float:
    """Return the shift at which a digit has a wanted distance to the last digit and is clear of the one before that.

    The digit approaches from the right, in steps of at most the remaining distance, so that it cannot pass through another.
    """
    last = previous[-1]
    extents = [(each[:, 0].min(), each[:, 0].max()) for each in (last, digit)]
    width = np.ptp(extents, axis=1).mean()
    minimum = float(np.mean(extents[0]) - np.mean(extents[1]) + max(MIN_ADVANCE[0] * width, MIN_ADVANCE[1] * height))
    minimum = max(minimum, float(last[:, 0].max() - digit[:, 0].min() - overlap * height))
    shift = max(minimum, float(max(each[:, 0].max() for each in previous[-2:]) + wanted + pen - digit[:, 0].min()))
    while shift > minimum:
        shifted = digit + np.array([shift, 0.0])
        to_others = [min_distance(each, shifted) - CLEARANCE * pen for each in previous[-2:-1]]
        remaining = min([min_distance(last, shifted) - wanted, *to_others])
        if remaining <= TOLERANCE * pen:
            break
        shift = max(minimum, shift - remaining)
    return shift


def _contact_height(first: np.ndarray, second: np.ndarray, pen: float) -> float:
    """Return the height over which points, float (m, 2), are within a pen width of others, float (n, 2)."""
    near = second[(_squared_distances(first, second) < pen * pen).any(0), 1]
    return float(np.ptp(near)) if len(near) else 0.0


def _squared_distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the squared distances between points, float64 (n, m)."""
    dx, dy = (np.subtract.outer(first[:, axis], second[:, axis]) for axis in (0, 1))
    return dx * dx + dy * dy
