"""The 6×6 bitmap that the perceptron computes from a crop."""

import numpy as np

BITMAP_SIDE = 6
HIDDEN_UNITS = 12
"""Neurons of the perceptron's hidden layer."""

INK_THRESHOLD = 0.25 - 0.5 / (16 * 255)
"""A bit is set if the mean ink of its 4×4 pixels reaches a quarter. The threshold is half a gray level lower, which no mean of
pixels can equal: at exactly a quarter, runtimes would round differently."""


def to_bitmap(crop: np.ndarray) -> np.ndarray:
    """Compute the bitmap of a crop, uint8 (24, 24), as the network's first layers do: bool (6, 6)."""
    cell = len(crop) // BITMAP_SIDE
    # (24, 24) -> (6, 4, 6, 4): the second and fourth axes are within a cell
    ink = crop.reshape(BITMAP_SIDE, cell, BITMAP_SIDE, cell).sum((1, 3), dtype=np.int64)
    return ink >= INK_THRESHOLD * cell * cell * 255


def bitmap_to_text(bits: np.ndarray) -> str:
    """Format bits of any shape as a string of 0 and 1, row by row."""
    return "".join("1" if bit else "0" for bit in bits.ravel())
