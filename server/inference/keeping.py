"""Keeping a picture: small enough to keep many, large enough for a later normalisation to read it anew."""

import io
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from PIL import Image

from server.inference.errors import EmptyPicture
from server.inference.labelled.labelled_set import LabelledSet
from server.inference.limits import Limits
from server.inference.normalise import IMAGE_SIDE, NORMALISATION_VERSION, normalise

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
    try:
        return normalise(np.asarray(Image.open(io.BytesIO(picture), formats=["PNG"])))
    except EmptyPicture:
        return np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)


def kept_set(name: str, drawings: Sequence[Kept], limits: Limits) -> LabelledSet:
    """Drawings, at least one, as a labelled set, with their strokes where they came as such."""
    strokes = [drawing.strokes and [np.array(stroke, np.float64) for stroke in drawing.strokes] for drawing in drawings]
    return LabelledSet.of(
        name,
        np.stack([kept_image(drawing.normalisation, drawing.image, drawing.picture) for drawing in drawings]),
        [drawing.label for drawing in drawings],
        limits,
        strokes=strokes if any(strokes) else None,
    )
