"""Arrays drawn as tiles."""

import io

import numpy as np
import pytest
from PIL import Image

from trainer.inspection.tiles import BACKGROUND, INK, MAX_SIDE, NEGATIVE, POSITIVE, WHITE, colorize, draw_tiles


def draw(array, **options) -> np.ndarray:
    """The pixels, uint8 (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(draw_tiles(np.asarray(array, np.float32), **options))))


def cells(pixels: np.ndarray) -> np.ndarray:
    """One pixel per value, if the image has the largest zoom."""
    return pixels[6::12, 6::12]


@pytest.mark.parametrize(
    ("values", "colors"),
    [
        ([0.0, 2.0], [WHITE, INK]),
        ([-4.0, 0.0, 4.0], [NEGATIVE, WHITE, POSITIVE]),
        ([-1.0, 0.0], [NEGATIVE, WHITE]),
        ([0.0, 0.0], [WHITE, WHITE]),
    ],
)
def test_color_scale(values, colors):
    """White to ink if no value is negative; else red, white at 0, blue, with the same maximum on both sides."""
    assert colorize(np.array(values, np.float32)).tolist() == [list(color) for color in colors]


def test_colors_are_interpolated():
    """Half the maximum has half the color, on both sides."""
    colors = colorize(np.array([-1.0, 1.0, 2.0], np.float32)).astype(int)
    np.testing.assert_allclose(colors[0], (np.array(WHITE) + NEGATIVE) / 2, atol=1)
    np.testing.assert_allclose(colors[1], (np.array(WHITE) + POSITIVE) / 2, atol=1)


def test_maps_are_laid_out_in_a_grid():
    """Four maps of 3×5 in order, with a gap of one value."""
    maps = np.zeros((3, 5, 4))
    maps[0, 0] = [1, 0, 0, 1]
    pixels = cells(draw(maps))
    assert pixels.shape[:2] == (3 * 2 + 3, 5 * 2 + 3)
    assert tuple(pixels[0, 0]) == BACKGROUND
    assert tuple(pixels[1, 1]) == INK
    assert (pixels == INK).all(-1).sum() == 2


def test_kernels_have_one_row_per_output():
    """(1, 1, 2, 3): three rows of two tiles."""
    kernel = np.array([[1, 0, 0], [0, 0, 1]], np.float32).reshape(1, 1, 2, 3)
    pixels = cells(draw(kernel, kernel=True))
    assert pixels.shape[:2] == (7, 5)
    assert (pixels[1::2, 1::2] == INK).all(-1).tolist() == [[True, False], [False, False], [False, True]]


def test_dense_kernels_and_vectors_are_single_tiles():
    """One row per output, or one row."""
    kernel = np.array([[1, 0, 0], [0, 0, 0]])
    assert (cells(draw(kernel)) == INK).all(-1).tolist() == [[True, False], [False, False], [False, False]]
    assert (cells(draw([0, 0, 1])) == INK).all(-1).tolist() == [[False, False, True]]


@pytest.mark.parametrize("shape", [(24, 24, 80), (3, 3, 64, 80), (5, 5, 1, 8), (2880, 10), (1,), (1, 1, 1)])
def test_image_size_is_bounded(shape):
    """By MAX_SIDE, or one pixel per value."""
    pixels = draw(np.random.default_rng(0).normal(size=shape), kernel=len(shape) == 4)
    assert max(pixels.shape[:2]) <= max(MAX_SIDE, 2880)


@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1, 1, 1, 1, 1)])
def test_other_shapes_are_refused(shape):
    """No dimensions, no values, or more than 4 dimensions."""
    with pytest.raises(ValueError, match="1 to 4 dimensions"):
        draw_tiles(np.zeros(shape))
