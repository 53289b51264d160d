"""Drawings as they are stored: small enough to store many, detailed enough to normalize them again later."""

import io
from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np
from PIL import Image

from inkling.datasets.dataset import Dataset, normalize_or_blank
from inkling.imaging.normalization import IMAGE_SIDE, NORMALIZATION_VERSION
from inkling.limits import Limits

MAX_SIDE = 512
"""Longer side of stored pictures in pixels: a drawing then takes a few kB, a photo at most 0.3 MB."""


class DrawingRecord(Protocol):
    """A stored drawing.

    normalization: version of the normalization that produced the image. image: the bytes of uint8 (28, 28). picture: a PNG.
    strokes: [[[x, y], …], …], None if the drawing was sent as a picture.
    """

    @property
    def label(self) -> str: ...
    @property
    def normalization(self) -> int: ...
    @property
    def image(self) -> bytes: ...
    @property
    def picture(self) -> bytes: ...
    @property
    def strokes(self) -> list[Any] | None: ...


def encode_picture(picture: np.ndarray) -> bytes:
    """Encode a picture, uint8 (height, width), as a PNG, reduced to at most MAX_SIDE."""
    image = Image.fromarray(picture)
    file = io.BytesIO()
    image.reduce(-(-max(image.size) // MAX_SIDE)).save(file, "PNG")
    return file.getvalue()


def restore_image(drawing: DrawingRecord) -> np.ndarray:
    """Return a drawing's image, uint8 (28, 28).

    It is normalized again from the picture if the normalization has changed since; blank if no ink is found any more.
    """
    if drawing.normalization == NORMALIZATION_VERSION:
        return np.frombuffer(drawing.image, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
    return normalize_or_blank(np.asarray(Image.open(io.BytesIO(drawing.picture), formats=["PNG"])))


def dataset_from_drawings(name: str, drawings: Iterable[DrawingRecord], limits: Limits, with_strokes: bool = True) -> Dataset:
    """Turn stored drawings into a dataset, with the strokes of those that have any unless `with_strokes` is false.

    The drawings are consumed one at a time, since their pictures may be far larger than the dataset. Raises InvalidDataset if
    there are none.
    """
    images, labels, strokes = [], [], []
    for drawing in drawings:
        images.append(restore_image(drawing))
        labels.append(drawing.label)
        points = drawing.strokes if with_strokes else None
        strokes.append([np.array(stroke, np.float64) for stroke in points] if points else None)
    pictures = np.array(images, np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
    return Dataset.from_pictures(name, pictures, labels, limits, strokes=strokes if any(strokes) else None)
