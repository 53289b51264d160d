"""Crops: which windows a choice stands for, and that each is cut where it says."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkling.errors import BadInput
from inkling.models.crops import CHOICES, cut, offsets
from inkling.models.model_card import Card
from tests.support.fake_model import fake_card


def card(size: int, windows: list[list[int]] | None = None) -> Card:
    """A card whose crops have this size."""
    return Card.parse(json.dumps(fake_card(["a", "b"], crop={"size": size, "offsets": windows or [[0, 0]]})))


@pytest.mark.parametrize(("size", "centre"), [(24, (2, 2)), (28, (0, 0)), (27, (0, 0)), (25, (1, 1)), (1, (13, 13))])
def test_one_crop_is_the_centre(size: int, centre: tuple[int, int]):
    """Where the room is odd it lies towards the top left."""
    assert offsets(card(size), "1") == [centre]


def test_four_crops_are_the_cards():
    """However many it names, in its order."""
    assert offsets(card(24, [[4, 0], [1, 3], [2, 2]]), "4") == [(4, 0), (1, 3), (2, 2)]


@pytest.mark.parametrize("size", [1, 24, 27, 28])
def test_all_crops_are_every_window_once(size: int):
    """Row by row, and the centre is among them."""
    every = offsets(card(size), "all")
    room = 28 - size
    assert every == sorted({(top, left) for top in range(room + 1) for left in range(room + 1)})
    assert set(offsets(card(size), "1")) <= set(every)


@pytest.mark.parametrize("choice", ["", "2", "ALL", "4 ", "ä" * 1_000])
def test_another_choice_is_refused(choice: str):
    """With those that there are, in a sentence of bounded length."""
    with pytest.raises(BadInput, match=f"^Expected crops as one of {', '.join(CHOICES)}") as caught:
        offsets(card(24), choice)
    assert len(str(caught.value)) < 120


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 4), st.integers(1, 28), st.data())
def test_a_crop_is_the_window_that_its_offset_names(count: int, size: int, data: st.DataObject):
    """Those of an image stand in a row, in the order of the offsets, and the images in theirs."""
    corner = st.integers(0, 28 - size)
    corners = data.draw(st.lists(st.tuples(corner, corner), min_size=1, max_size=5))
    images = np.random.default_rng(size).integers(0, 256, (count, 28, 28), np.uint8)
    crops = cut(images, corners, size)
    assert crops.shape == (count * len(corners), size, size, 1)
    assert crops.dtype == np.uint8
    windows = [image[top : top + size, left : left + size] for image in images for top, left in corners]
    assert all(np.array_equal(crop[..., 0], window) for crop, window in zip(crops, windows, strict=True))
