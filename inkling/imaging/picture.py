"""The forms in which a client sends a picture: an image file, gray levels or pen strokes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from inkling.errors import InklingError
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


@dataclass(frozen=True)
class PicturePosition:
    """The index of a picture, from 0, among the pictures of its request."""

    index: int
    count: int

    @contextmanager
    def named_in_errors(self) -> Iterator[None]:
        """Prefix the message of an InklingError with the number of the picture, if there is more than one."""
        try:
            yield
        except InklingError as error:
            if self.count == 1:
                raise
            raise type(error)(f"Picture {self.index + 1} of {self.count}: {error}") from error


def to_gray_levels(picture: Picture, limits: Limits) -> np.ndarray:
    """Convert a picture of one character to gray levels, uint8 (height, width). Raises the errors of `decode`."""
    if isinstance(picture, EncodedPicture):
        return decode(picture.data, limits)
    if isinstance(picture, PenStrokes):
        return rasterize_character(picture.points, picture.pen)
    return picture.levels
