"""Tiles: arrays as pictures."""

import io

import numpy as np
import pytest
from PIL import Image

from trainer.inspection.tiles import GROUND, INK, NEGATIVE, PAPER, POSITIVE, SIDE, coloured, tiles_png


def drawn(array, **how) -> np.ndarray:
    """The picture's pixels, uint8 (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(tiles_png(np.asarray(array, np.float32), **how))))


def cells(picture: np.ndarray) -> np.ndarray:
    """A pixel for each number, of a picture that is drawn as large as can be."""
    return picture[6::12, 6::12]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([0.0, 2.0], [PAPER, INK]),
        ([-4.0, 0.0, 4.0], [NEGATIVE, PAPER, POSITIVE]),
        ([-1.0, 0.0], [NEGATIVE, PAPER]),
        ([0.0, 0.0], [PAPER, PAPER]),
    ],
)
def test_colours_tell_the_sign(values, wanted):
    """White to ink where nothing is negative; else red and blue, as strong as far from 0."""
    assert coloured(np.array(values, np.float32)).tolist() == [list(colour) for colour in wanted]


def test_half_as_far_is_half_as_strong():
    """On either side, by the largest of both."""
    colours = coloured(np.array([-1.0, 1.0, 2.0], np.float32)).astype(int)
    np.testing.assert_allclose(colours[0], (np.array(PAPER) + NEGATIVE) / 2, atol=1)
    np.testing.assert_allclose(colours[1], (np.array(PAPER) + POSITIVE) / 2, atol=1)


def test_maps_lie_in_a_grid():
    """Four maps of 3×5 in their order, a number's width apart."""
    maps = np.zeros((3, 5, 4))
    maps[0, 0] = [1, 0, 0, 1]
    picture = cells(drawn(maps))
    assert picture.shape[:2] == (3 * 2 + 3, 5 * 2 + 3)
    assert tuple(picture[0, 0]) == GROUND
    assert tuple(picture[1, 1]) == INK
    assert (picture == INK).all(-1).sum() == 2


def test_a_kernels_inputs_lie_beside_each_other_and_outputs_below():
    """(1, 1, 2, 3): three rows of two tiles."""
    kernel = np.array([[1, 0, 0], [0, 0, 1]], np.float32).reshape(1, 1, 2, 3)
    picture = cells(drawn(kernel, kernel=True))
    assert picture.shape[:2] == (7, 5)
    assert (picture[1::2, 1::2] == INK).all(-1).tolist() == [[True, False], [False, False], [False, True]]


def test_weights_of_a_dense_layer_are_a_tile_and_a_vector_a_line():
    """A row an output; n wide."""
    weights = np.array([[1, 0, 0], [0, 0, 0]])
    assert (cells(drawn(weights)) == INK).all(-1).tolist() == [[True, False], [False, False], [False, False]]
    assert (cells(drawn([0, 0, 1])) == INK).all(-1).tolist() == [[False, False, True]]


@pytest.mark.parametrize("shape", [(24, 24, 80), (3, 3, 64, 80), (5, 5, 1, 8), (2880, 10), (1,), (1, 1, 1)])
def test_pictures_are_bounded(shape):
    """No side longer than it has to be."""
    picture = drawn(np.random.default_rng(0).normal(size=shape), kernel=len(shape) == 4)
    assert max(picture.shape[:2]) <= max(SIDE, 2880)


@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1, 1, 1, 1, 1)])
def test_what_is_no_layers_array_is_refused(shape):
    """With its shape."""
    with pytest.raises(ValueError, match="1 to 4 dimensions"):
        tiles_png(np.zeros(shape))
