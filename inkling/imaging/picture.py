"""The forms in which a client sends a picture: an image file, gray levels or pen strokes."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from inkling.imaging.decoding import decode
from inkling.imaging.strokes import rasterize_character
from inkling.limits import Limits


@dataclass(frozen=True)
class EncodedPicture:
    """The content of a PNG, JPEG or WebP file, not decoded yet."""

    data: bytes


@dataclass(frozen=True)
class GrayLevels:
    """levels: uint8 (height, width)."""

    levels: np.ndarray


@dataclass(frozen=True)
class PenStrokes:
    """A drawing. points: float64 (n, 2) per stroke. pen: its width in the same units. json: the strokes as they were sent."""

    points: list[np.ndarray]
    pen: float | None
    json: list[Any]


Picture = EncodedPicture | GrayLevels | PenStrokes


def to_gray_levels(picture: Picture, limits: Limits) -> np.ndarray:
    """Convert a picture of one character to gray levels, uint8 (height, width). Raises the errors of `decode`."""
    if isinstance(picture, EncodedPicture):
        return decode(picture.data, limits)
    if isinstance(picture, PenStrokes):
        return rasterize_character(picture.points, picture.pen)
    return picture.levels
