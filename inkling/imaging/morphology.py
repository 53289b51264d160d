"""Grayscale and binary morphology: opening, closing and dilation."""

from collections.abc import Callable

import numpy as np

MAX_STROKE_WIDTH = 0.25
"""Widest stroke as a share of the picture's shorter side. Wider dark regions are shadows or objects next to the paper."""


def opening(levels: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Grayscale opening with a rectangle of odd sides (Serra 1982): removes bright details narrower than the rectangle.

    levels: uint8 or bool (height, width), extended at its border by the border's own values. Returns the same shape and dtype.
    """
    return _filter(_filter(levels, rows, columns, np.minimum), rows, columns, np.maximum)


def closing(levels: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Grayscale closing with a rectangle of odd sides: removes dark details narrower than the rectangle.

    The edges of shadows stay in place. Same shapes and dtypes as `opening`.
    """
    return _filter(_filter(levels, rows, columns, np.maximum), rows, columns, np.minimum)


def dilate(mask: np.ndarray) -> np.ndarray:
    """Binary dilation by a 3×3 square: the mask, bool (height, width), and the 8 neighbors of each of its pixels."""
    padded = np.pad(mask, 1)
    widened = padded[:, :-2] | padded[:, 1:-1] | padded[:, 2:]
    dilated: np.ndarray = widened[:-2] | widened[1:-1] | widened[2:]
    return dilated


def _filter(levels: np.ndarray, rows: int, columns: int, extreme: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    """Minimum or maximum filter with a rectangle.

    The extreme over a window of 2n is that of two windows of n, so each direction takes log2(side) steps.
    """
    for axis, side in enumerate((rows, columns)):
        if side < 2:
            continue
        padding = [(0, 0), (0, 0)]
        padding[axis] = (side // 2, side // 2)
        levels = np.pad(levels, padding, "edge")
        length, extent = 1, levels.shape[axis]
        while length < side:
            step = min(length, side - length)
            extent -= step
            if axis == 0:
                levels = extreme(levels[:extent], levels[step : step + extent])
            else:
                levels = extreme(levels[:, :extent], levels[:, step : step + extent])
            length += step
    return levels
