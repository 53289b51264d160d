"""Detection of pictures that hold a single character: these are recognized like in `POST /predict`."""

from dataclasses import dataclass

import numpy as np

from inkling.errors import EmptyPicture
from inkling.imaging.glyph_extraction import extract_glyph
from inkling.imaging.multiple_glyphs import MAX_ASPECT_RATIO, has_multiple_glyphs
from inkling.imaging.normalization import IMAGE_SIDE, fit_canvas, normalize

MAX_COMPONENTS = 6
"""Maximum number of components of a single character that may be writing."""


@dataclass(frozen=True)
class SingleCharacter:
    """image: uint8 (28, 28), as `normalize` returns it for the picture. box: int (4,), [left, top, right, bottom)."""

    image: np.ndarray
    box: np.ndarray


def detect_single_character(picture: np.ndarray, ink: np.ndarray, boxes: np.ndarray) -> SingleCharacter | None:
    """Return the only character of a picture, or None if it seems to hold more than one.

    picture, ink: uint8 (height, width). boxes: int (n, 4), of the components that may be writing.
    """
    if len(boxes) > MAX_COMPONENTS:
        return None
    try:
        glyph = extract_glyph(ink)
        image = normalize(picture) if picture.shape == (IMAGE_SIDE, IMAGE_SIDE) else fit_canvas(glyph.ink)
    except EmptyPicture:
        return None
    left, top = glyph.corner
    height, width = glyph.ink.shape
    is_outside = (boxes[:, :2] >= (left + width, top + height)) | (boxes[:, 2:] <= (left, top))
    if has_multiple_glyphs(glyph.boxes, MAX_ASPECT_RATIO) or is_outside.any():
        return None
    return SingleCharacter(image, np.array([left, top, left + width, top + height]))
