"""Steps: what normalising did with a picture, small enough to be shown."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from inkling.imaging.normalization import Look

SIDE = 112
"""Longer side of a step that is shown, at most: four times that of an image, and 12,544 numbers."""


@dataclass(frozen=True)
class Steps:
    """All uint8 but the box. picture, ink: (height, width), reduced alike. box: of the sign, [left, top, right, bottom) there.

    scaled: the sign alone, within 20×20. image: (28, 28).
    """

    picture: np.ndarray
    ink: np.ndarray
    box: tuple[int, int, int, int]
    scaled: np.ndarray
    image: np.ndarray

    @classmethod
    def of(cls, look: Look) -> "Steps":
        """The steps that a look took. Of a picture that was an image already the sign is cut out, but not scaled."""
        factor = -(-max(look.picture.shape) // SIDE)
        sign, scaled = look.sign, look.scaled
        if sign is None:
            rows, columns = np.flatnonzero(look.image.any(1)), np.flatnonzero(look.image.any(0))
            sign = scaled = np.ascontiguousarray(look.image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
            left, top = int(columns[0]), int(rows[0])
        else:
            left, top = look.corner
        right, bottom = left + sign.shape[1], top + sign.shape[0]
        box = left // factor, top // factor, -(-right // factor), -(-bottom // factor)
        return cls(_reduced(look.picture, factor), _reduced(look.ink, factor), box, scaled, look.image)


def _reduced(levels: np.ndarray, factor: int) -> np.ndarray:
    """uint8 (height, width) -> the same, a pixel the mean of factor × factor."""
    return np.ascontiguousarray(Image.fromarray(np.ascontiguousarray(levels)).reduce(factor) if factor > 1 else levels)
