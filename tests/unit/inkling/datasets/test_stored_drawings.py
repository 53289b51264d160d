"""Keeping drawings: what becomes of them as a labelled set."""

import weakref
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from inkling.datasets.stored_drawings import keep, kept_set
from inkling.errors import BadData
from inkling.imaging.normalization import NORMALISATION_VERSION, normalise
from inkling.limits import Limits
from tests.support.dataset_files import drawings


@dataclass
class Kept:
    """What a store keeps of a drawing, as far as it matters here."""

    label: str
    normalisation: int
    image: bytes
    picture: bytes
    strokes: list | None


STROKES = [[[0, 0], [1.5, 2]], [[3, 4]]]


def drawing(picture: np.ndarray, normalisation: int = NORMALISATION_VERSION, strokes: list | None = None) -> Kept:
    """A drawing as a store gives it, its image of an older normalisation a black one."""
    image = normalise(picture) if normalisation == NORMALISATION_VERSION else np.full((28, 28), 255, np.uint8)
    return Kept("7", normalisation, image.tobytes(), keep(picture), strokes)


def test_images_of_an_older_normalisation_are_made_anew():
    """Those of this one are taken as they are; a picture in which no ink is found any more is left out."""
    first, second = drawings(2)
    blank = np.zeros((28, 28), np.uint8)
    old = Kept("1", 0, bytes(784), keep(blank), None)
    read = kept_set("kept", [drawing(first), drawing(second, normalisation=0), old], Limits())
    assert np.array_equal(read.images, [normalise(first), normalise(second)])
    assert (read.empty, read.strokes) == (1, None)


def test_strokes_come_along_where_they_are_wanted():
    """As arrays, beside drawings that came as pictures."""
    both = [drawing(picture, strokes=strokes) for picture, strokes in zip(drawings(2), (STROKES, None), strict=True)]
    strokes = kept_set("kept", both, Limits()).strokes
    assert [stroke.tolist() for stroke in strokes[0]] == STROKES
    assert strokes[1] is None
    assert kept_set("kept", both, Limits(), with_strokes=False).strokes is None


def test_drawings_are_held_one_at_a_time():
    """The one before goes when the next comes: a store may hold gigabytes of pictures."""
    alive: list[weakref.ref] = []

    def all_of_them() -> Iterator[Kept]:
        for picture in drawings(5):
            assert sum(each() is not None for each in alive) <= 1
            made = drawing(picture)
            alive.append(weakref.ref(made))
            yield made
            del made

    assert len(kept_set("kept", all_of_them(), Limits())) == 5


def test_no_drawings_are_no_set():
    """Whoever asks has looked before; here they may be gone meanwhile."""
    with pytest.raises(BadData, match="empty set"):
        kept_set("kept", [], Limits())
