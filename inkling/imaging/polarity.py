"""Polarity: whether the writing is darker than its ground, or lighter, where no single threshold tells."""

import numpy as np

from inkling.imaging.morphology import PEN, closing, opening

POLARITY_SIDE = 160
"""Polarity is told from a picture reduced to about this."""

SCALES = (3, 5, 7, 11, 15, 21, 29)
"""Widths, in pixels of that picture, at which light things are weighed against dark ones."""


def is_light_on_dark(picture: np.ndarray) -> bool:
    """Whether the narrow things of a picture are lighter than what is round them: the strokes are, the shadows do not count.

    Compares what openings take away with what closings do, from narrow to wide: a stroke goes before the paper that it
    encloses. What is wide counts less, by the cube of its width, or the paper between lines of thin writing
    would pass for strokes. All steps are whole numbers, so that inverting a picture inverts the answer; of a draw it is False.
    """
    factor = -(-max(picture.shape) // POLARITY_SIDE)
    height, width = (side // factor * factor for side in picture.shape)
    blocks = picture[:height, :width].reshape(height // factor, factor, width // factor, factor)
    small = blocks.sum((1, 3), dtype=np.int32)
    balance = 0.0
    for side in SCALES:
        if side <= PEN * min(small.shape):
            lighter, darker = small - opening(small, side, side), closing(small, side, side) - small
            balance += float((lighter.astype(np.float64) ** 2).sum() - (darker.astype(np.float64) ** 2).sum()) / side**3
    return balance > 0
