"""Crops: the offsets of each choice, and extraction."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkling.errors import InvalidInput
from inkling.models.crops import CROP_CHOICES, crop_offsets, extract_crops
from inkling.models.model_card import ModelCard
from tests.support.fake_model import fake_card


def card(size: int, windows: list[list[int]] | None = None) -> ModelCard:
    """A card with this crop size."""
    return ModelCard.parse(json.dumps(fake_card(["a", "b"], crop={"size": size, "offsets": windows or [[0, 0]]})))


@pytest.mark.parametrize(("size", "center"), [(24, (2, 2)), (28, (0, 0)), (27, (0, 0)), (25, (1, 1)), (1, (13, 13))])
def test_one_crop_is_centered(size: int, center: tuple[int, int]):
    """With an odd margin it is closer to the top left."""
    assert crop_offsets(card(size), "1") == [center]


def test_default_crops_are_those_of_the_card():
    """All of them, in the card's order."""
    assert crop_offsets(card(24, [[4, 0], [1, 3], [2, 2]]), "4") == [(4, 0), (1, 3), (2, 2)]


@pytest.mark.parametrize("size", [1, 24, 27, 28])
def test_all_crops(size: int):
    """Every window once, row by row, including the center."""
    every = crop_offsets(card(size), "all")
    room = 28 - size
    assert every == sorted({(top, left) for top in range(room + 1) for left in range(room + 1)})
    assert set(crop_offsets(card(size), "1")) <= set(every)


@pytest.mark.parametrize("choice", ["", "2", "ALL", "4 ", "ä" * 1_000])
def test_unknown_choice(choice: str):
    """It raises InvalidInput with the allowed choices and a message of bounded length."""
    with pytest.raises(InvalidInput, match=", ".join(CROP_CHOICES)) as caught:
        crop_offsets(card(24), choice)
    assert len(str(caught.value)) < 120


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 4), st.integers(1, 28), st.data())
def test_extract_crops(count: int, size: int, data: st.DataObject):
    """Crops are grouped by image, in the order of the offsets."""
    offset = st.integers(0, 28 - size)
    offsets = data.draw(st.lists(st.tuples(offset, offset), min_size=1, max_size=5))
    images = np.random.default_rng(size).integers(0, 256, (count, 28, 28), np.uint8)
    crops = extract_crops(images, offsets, size)
    assert crops.shape == (count * len(offsets), size, size, 1)
    assert crops.dtype == np.uint8
    windows = [image[top : top + size, left : left + size] for image in images for top, left in offsets]
    assert all(np.array_equal(crop[..., 0], window) for crop, window in zip(crops, windows, strict=True))
