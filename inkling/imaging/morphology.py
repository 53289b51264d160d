"""Paper: what the sheet's tone would be at every point if nothing were written on it."""

import numpy as np

PEN = 0.25
"""Widest stroke as a share of the picture's shorter side. What is dark and wider is a shadow, or a table."""


def opening(levels: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Grey-scale opening by a rectangle of odd sides (Serra 1982): takes away what is lighter and narrower than it.

    levels: uint8 or bool (height, width); beyond its rim it goes on as at the rim. Returns the same shape and type.
    """
    return _slide(_slide(levels, rows, columns, np.minimum), rows, columns, np.maximum)


def closing(levels: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Grey-scale closing by a rectangle: takes away what is darker and narrower, and leaves the edges of shadows alone."""
    return _slide(_slide(levels, rows, columns, np.maximum), rows, columns, np.minimum)


def _slide(levels: np.ndarray, rows: int, columns: int, extreme: np.ufunc) -> np.ndarray:
    """The extreme level in the rectangle round each pixel.

    A window of 2n is the extreme of two windows of n, so that a direction takes log2(side) steps.
    """
    for axis, side in enumerate((rows, columns)):
        if side < 2:
            continue
        pads = [(0, 0), (0, 0)]
        pads[axis] = (side // 2, side // 2)
        levels = np.pad(levels, pads, "edge")
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
