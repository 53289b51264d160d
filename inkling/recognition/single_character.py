"""Alone: a picture that holds one sign and nothing else is read as /predict reads it."""

from dataclasses import dataclass

import numpy as np

from inkling.errors import EmptyPicture
from inkling.imaging.glyph_extraction import look_for_sign
from inkling.imaging.multiple_glyphs import are_several
from inkling.imaging.normalization import normalise, to_image

MOST_PARTS = 6
"""A sign has at most this many parts that stand out."""

SMALL = 28
"""A picture of this side may be an image already, which `normalise` knows."""


@dataclass(frozen=True)
class Alone:
    """image: uint8 (28, 28), as `normalise` makes it of the picture. box: int (4,), [left, top, right, bottom]."""

    image: np.ndarray
    box: np.ndarray


def find_alone(picture: np.ndarray, ink: np.ndarray, boxes: np.ndarray) -> Alone | None:
    """The one sign of a picture, where it seems to hold no more. boxes: int (n, 4), of what may be writing in it."""
    if len(boxes) > MOST_PARTS:
        return None
    try:
        sign = look_for_sign(ink)
        image = normalise(picture) if picture.shape == (SMALL, SMALL) else to_image(sign.ink)
    except EmptyPicture:
        return None
    left, top = sign.corner
    height, width = sign.ink.shape
    outside = (boxes[:, :2] >= (left + width, top + height)) | (boxes[:, 2:] <= (left, top))
    if are_several(sign.boxes) or outside.any():
        return None
    return Alone(image, np.array([left, top, left + width, top + height]))
