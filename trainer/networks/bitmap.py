"""The 6×6 bitmap that the perceptron computes from an image, in numpy. `trainer.networks.bitmap_layers` does the same in Keras.

A cell's bit is set if ink falls into it, after the bounding box of the ink was scaled so that its longer side fills 90 % of the
bitmap, and centered.
"""

import numpy as np

BITMAP_SIDE = 6
HIDDEN_UNITS = 12
"""Neurons of the perceptron's hidden layer."""

INK_THRESHOLD = 0.5
"""Pixels from this value on are ink, 0 = paper, 1 = ink. No gray level is equal to it, so that all runtimes agree."""

FIT_PERCENT = 90
"""Share of the bitmap that the longer side of the bounding box fills."""

PIXEL_FACTOR, CELL_FACTOR = FIT_PERCENT * BITMAP_SIDE, 2 * 100
"""The center of a pixel is in cell c or after it if PIXEL_FACTOR × (2 × pixel - first - last) ≥ CELL_FACTOR × side × (c - 3),
where first and last are the pixels at the ends of the bounding box, and side is its longer side. All of these are small
integers, so that float32 is exact."""

CELL_EDGES = np.arange(BITMAP_SIDE + 1) - BITMAP_SIDE // 2
"""Where cells begin, relative to the middle of the bitmap, and the end of the last one."""


def to_bitmap(image: np.ndarray) -> np.ndarray:
    """Compute the bitmap of an image, uint8 (28, 28): bool (6, 6)."""
    ink = image > INK_THRESHOLD * 255
    bits = np.zeros((BITMAP_SIDE, BITMAP_SIDE), bool)
    rows, columns = np.nonzero(ink)
    if len(rows):
        side = int(max(np.ptp(rows), np.ptp(columns))) + 1
        bits[_cells_of(rows, side), _cells_of(columns, side)] = True
    return bits


def _cells_of(pixels: np.ndarray, side: int) -> np.ndarray:
    """The cells that the centers of pixels are in, along one axis, int (n,)."""
    positions = PIXEL_FACTOR * (2 * pixels - pixels.min() - pixels.max())
    cells: np.ndarray = np.searchsorted(CELL_FACTOR * side * CELL_EDGES, positions, "right") - 1
    return cells


def bitmap_to_text(bits: np.ndarray) -> str:
    """Format bits of any shape as a string of 0 and 1, row by row."""
    return "".join("1" if bit else "0" for bit in bits.ravel())
