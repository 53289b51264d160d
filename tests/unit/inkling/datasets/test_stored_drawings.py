"""Stored drawings as a dataset."""

import weakref
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from inkling.datasets.stored_drawings import dataset_from_drawings, encode_picture
from inkling.errors import InvalidDataset
from inkling.imaging.normalization import NORMALIZATION_VERSION, normalize
from inkling.limits import Limits
from tests.support.dataset_files import drawings


@dataclass
class FakeRecord:
    """A DrawingRecord."""

    label: str
    normalization: int
    image: bytes
    picture: bytes
    strokes: list | None


STROKES = [[[0, 0], [1.5, 2]], [[3, 4]]]


def drawing(picture: np.ndarray, normalization: int = NORMALIZATION_VERSION, strokes: list | None = None) -> FakeRecord:
    """A stored drawing. If its normalization is outdated, its image is black."""
    image = normalize(picture) if normalization == NORMALIZATION_VERSION else np.full((28, 28), 255, np.uint8)
    return FakeRecord("7", normalization, image.tobytes(), encode_picture(picture), strokes)


def test_outdated_images_are_normalized_again():
    """Current images are used as stored; pictures in which no ink is found any more are skipped."""
    first, second = drawings(2)
    blank = np.zeros((28, 28), np.uint8)
    old = FakeRecord("1", 0, bytes(784), encode_picture(blank), None)
    read = dataset_from_drawings("stored", [drawing(first), drawing(second, normalization=0), old], Limits())
    assert np.array_equal(read.images, [normalize(first), normalize(second)])
    assert (read.empty, read.strokes) == (1, None)


def test_strokes_are_optional():
    """Strokes become arrays, None for drawings that were sent as pictures, and can be left out."""
    records = [drawing(picture, strokes=strokes) for picture, strokes in zip(drawings(2), (STROKES, None), strict=True)]
    strokes = dataset_from_drawings("stored", records, Limits()).strokes
    assert [stroke.tolist() for stroke in strokes[0]] == STROKES
    assert strokes[1] is None
    assert dataset_from_drawings("stored", records, Limits(), with_strokes=False).strokes is None


def test_drawings_are_consumed_one_at_a_time():
    """Each drawing is released before the next one is read: a store may contain gigabytes of pictures."""
    alive: list[weakref.ref] = []

    def iter_drawings() -> Iterator[FakeRecord]:
        for picture in drawings(5):
            assert sum(each() is not None for each in alive) <= 1
            record = drawing(picture)
            alive.append(weakref.ref(record))
            yield record
            del record

    assert len(dataset_from_drawings("stored", iter_drawings(), Limits())) == 5


def test_no_drawings():
    """Without drawings there is no dataset."""
    with pytest.raises(InvalidDataset):
        dataset_from_drawings("stored", [], Limits())
