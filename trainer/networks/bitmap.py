"""Bitmap: the 6×6 bits that the perceptron sees of a crop."""

import numpy as np

BITMAP_SIDE = 6
HIDDEN = 12
"""Neurons of the perceptron between bits and labels."""

INKED = 0.25 - 0.5 / (16 * 255)
"""A bit of the bitmap is set where a quarter of its 4×4 pixels is ink. The threshold lies half a grey level lower, where no
sum of pixels falls: on the quarter itself, one runtime would round up and another down."""


def bitmap(crop: np.ndarray) -> np.ndarray:
    """The bits of a crop, uint8 (24, 24), as the network's own first layers make them: bool (6, 6)."""
    cell = len(crop) // BITMAP_SIDE
    # (24, 24) -> (6, 4, 6, 4), whose second and fourth axes lie within a bit
    ink = crop.reshape(BITMAP_SIDE, cell, BITMAP_SIDE, cell).sum((1, 3), dtype=np.int64)
    return ink >= INKED * cell * cell * 255


def text_of(bits: np.ndarray) -> str:
    """Bits of any shape as a string of 0 and 1, row by row."""
    return "".join("1" if bit else "0" for bit in bits.ravel())
