"""Polarity: whether the ink of a picture without a clear threshold is lighter than its background."""

import numpy as np

from inkling.imaging.morphology import MAX_STROKE_WIDTH, closing, opening

WORKING_SIDE = 160
"""Longer side in pixels of the reduced picture that is examined."""

SCALES = (3, 5, 7, 11, 15, 21, 29)
"""Widths in pixels of that picture at which light details are compared with dark ones."""


def is_inverted(picture: np.ndarray) -> bool:
    """Whether the narrow structures of a picture, uint8 (height, width), are lighter than their surroundings.

    Compares the residue of openings with that of closings (white and black top-hat), from narrow to wide: strokes vanish before
    the paper that they enclose, and shadows are too wide to count. Wide structures are weighted by the inverse cube of their
    width; otherwise the paper between lines of thin writing would pass for strokes. All steps are in integers, so inverting a
    picture inverts the result, except for a tie, which is False.
    """
    factor = -(-max(picture.shape) // WORKING_SIDE)
    height, width = (side // factor * factor for side in picture.shape)
    blocks = picture[:height, :width].reshape(height // factor, factor, width // factor, factor)
    small = blocks.sum((1, 3), dtype=np.int32)
    balance = 0.0
    for side in SCALES:
        if side <= MAX_STROKE_WIDTH * min(small.shape):
            lighter, darker = small - opening(small, side, side), closing(small, side, side) - small
            balance += float((lighter.astype(np.float64) ** 2).sum() - (darker.astype(np.float64) ** 2).sum()) / side**3
    return balance > 0
