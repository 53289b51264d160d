"""Keeping a picture: small enough to keep many, large enough for a later normalisation to read it anew."""

import io
from collections.abc import Iterable
from typing import Protocol

import numpy as np
from PIL import Image

from inkling.datasets.dataset import LabelledSet, image_of
from inkling.imaging.normalization import IMAGE_SIDE, NORMALISATION_VERSION
from inkling.limits import Limits

LONGEST_SIDE = 512
"""Of the pictures that are kept: an image has 28, and a drawing then takes a few kB, a photograph at most 0.3 MB."""


class Kept(Protocol):
    """A drawing in a store. image: of 28×28 bytes; picture: a PNG; strokes: [[[x, y], …], …], where it came as such."""

    label: str
    normalisation: int
    image: bytes
    picture: bytes
    strokes: list | None


def keep(picture: np.ndarray) -> bytes:
    """A picture, uint8 (height, width), as a PNG, made smaller where it is larger than needed."""
    small = Image.fromarray(picture)
    file = io.BytesIO()
    small.reduce(-(-max(small.size) // LONGEST_SIDE)).save(file, "PNG")
    return file.getvalue()


def kept_image(normalisation: int, image: bytes, picture: bytes) -> np.ndarray:
    """The image, uint8 (28, 28), of a picture that was kept beside it.

    It is made anew where the normalisation has changed since; blank where that finds no ink any more.
    """
    if normalisation == NORMALISATION_VERSION:
        return np.frombuffer(image, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
    return image_of(np.asarray(Image.open(io.BytesIO(picture), formats=["PNG"])))


def kept_set(name: str, drawings: Iterable[Kept], limits: Limits, with_strokes: bool = True) -> LabelledSet:
    """Drawings as a labelled set, with their strokes where they came as such, unless nobody wants them.

    They are taken one at a time, as their pictures together may be far larger than the set. Raises BadData for none.
    """
    images, labels, strokes = [], [], []
    for drawing in drawings:
        images.append(kept_image(drawing.normalisation, drawing.image, drawing.picture))
        labels.append(drawing.label)
        drawn = drawing.strokes if with_strokes else None
        strokes.append(drawn and [np.array(stroke, np.float64) for stroke in drawn])
    together = np.array(images, np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
    return LabelledSet.of(name, together, labels, limits, strokes=strokes if any(strokes) else None)
