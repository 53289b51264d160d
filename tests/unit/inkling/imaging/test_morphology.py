"""Opening, closing and dilation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkling.imaging.morphology import closing, dilate, opening

FEW = settings(max_examples=60, deadline=None)
shapes = st.tuples(st.integers(1, 16), st.integers(1, 16))
pictures = arrays.arrays(np.uint8, shapes)
odd = st.sampled_from([1, 3, 5, 7, 9, 13, 21])


@FEW
@given(pictures, odd, odd)
def test_opening_and_closing_are_dual(levels: np.ndarray, rows: int, columns: int) -> None:
    """Closing a picture is opening its negative; opening never brightens, closing never darkens."""
    assert np.array_equal(closing(levels, rows, columns), 255 - opening(255 - levels, rows, columns))
    assert (opening(levels, rows, columns) <= levels).all()
    assert (closing(levels, rows, columns) >= levels).all()


def test_closing_removes_strokes_and_keeps_shadow_edges() -> None:
    """A line of 5 pixels disappears; the edge of a shadow at any angle stays in place."""
    y, x = np.mgrid[:120, :160]
    for angle in np.linspace(0, np.pi, 7):
        shaded = np.where(x * np.cos(angle) + y * np.sin(angle) > 50, 200, 120).astype(np.uint8)
        with_stroke = shaded.copy()
        with_stroke[:, 70:75] = 30
        inner = np.s_[21:-21, 21:-21]  # a corner of the picture may cut a shadow to less than the square
        assert np.array_equal(closing(shaded, 21, 21)[inner], shaded[inner])
        assert (closing(with_stroke, 21, 21)[inner] >= 120).all()


@pytest.mark.parametrize("sides", [(3, 5), (9, 1), (1, 9), (15, 15)])
def test_closing_equals_its_definition(sides: tuple[int, int]) -> None:
    """The result equals a maximum and a minimum over explicit windows."""
    levels = np.random.default_rng(1).integers(0, 256, (30, 40), np.uint8)
    expected = levels
    for extreme in (np.max, np.min):
        padded = np.pad(expected, [(side // 2, side // 2) for side in sides], "edge")
        expected = extreme(np.lib.stride_tricks.sliding_window_view(padded, sides), axis=(2, 3))
    assert np.array_equal(closing(levels, *sides), expected)


@FEW
@given(arrays.arrays(bool, shapes))
def test_dilation_adds_the_eight_neighbors(mask: np.ndarray) -> None:
    """A pixel is set if it or one of its eight neighbors was."""
    padded = np.pad(mask, 1)
    expected = [[padded[y : y + 3, x : x + 3].any() for x in range(mask.shape[1])] for y in range(mask.shape[0])]
    assert np.array_equal(dilate(mask), expected)
