"""Paper: openings and closings, by their laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkling.imaging.morphology import closing, opening

FEW = settings(max_examples=60, deadline=None)
pictures = arrays.arrays(np.uint8, st.tuples(st.integers(1, 16), st.integers(1, 16)))
odd = st.sampled_from([1, 3, 5, 7, 9, 13, 21])


@FEW
@given(pictures, odd, odd)
def test_opening_and_closing_mirror_each_other(levels: np.ndarray, rows: int, columns: int):
    """One of a picture is the other of its inverse; the one is nowhere lighter, the other nowhere darker than the picture."""
    assert np.array_equal(closing(levels, rows, columns), 255 - opening(255 - levels, rows, columns))
    assert (opening(levels, rows, columns) <= levels).all()
    assert (closing(levels, rows, columns) >= levels).all()


def test_strokes_go_and_shadows_stay():
    """A closing takes a line of 5 pixels away, and leaves the edge of a shadow at any angle where it is."""
    y, x = np.mgrid[:120, :160]
    for angle in np.linspace(0, np.pi, 7):
        shaded = np.where(x * np.cos(angle) + y * np.sin(angle) > 50, 200, 120).astype(np.uint8)
        drawn = shaded.copy()
        drawn[:, 70:75] = 30
        inner = np.s_[21:-21, 21:-21]  # a corner of the picture may cut a shadow to less than the square
        assert np.array_equal(closing(shaded, 21, 21)[inner], shaded[inner])
        assert (closing(drawn, 21, 21)[inner] >= 120).all()


@pytest.mark.parametrize("sides", [(3, 5), (9, 1), (1, 9), (15, 15)])
def test_a_closing_is_that_of_its_definition(sides: tuple[int, int]):
    """Compared with windows that are looked through one by one."""
    levels = np.random.default_rng(1).integers(0, 256, (30, 40), np.uint8)
    expected = levels
    for extreme in (np.max, np.min):
        padded = np.pad(expected, [(side // 2, side // 2) for side in sides], "edge")
        expected = extreme(np.lib.stride_tricks.sliding_window_view(padded, sides), axis=(2, 3))
    assert np.array_equal(closing(levels, *sides), expected)
