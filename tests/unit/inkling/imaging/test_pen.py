"""The width of the pen, in the units of the strokes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkling.errors import InvalidInput
from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import (
    DRAWING_SIDE,
    MAX_COORDINATE,
    PEN_WIDTH,
    parse_pen_width,
    rasterize,
    rasterize_character,
    rasterize_line,
)
from inkling.models.smoke_test import SMOKE_STROKES
from tests.unit.inkling.imaging.test_strokes import drawings, to_arrays

pens = st.floats(1e-3, 2000)


def ink_side(picture: np.ndarray) -> int:
    """The longer side of the ink in a picture."""
    rows, columns = np.nonzero(picture < 128)
    return max(np.ptp(rows), np.ptp(columns)) + 1


@settings(max_examples=60, deadline=None)
@given(drawings, pens)
def test_ink_has_the_same_size_with_any_pen(drawing: list, pen: float) -> None:
    """The ink, pen width included, always has the same size, and the border stays white."""
    picture = rasterize_character(to_arrays(drawing), pen)
    is_dot = np.ptp(np.concatenate(to_arrays(drawing)), axis=0).max() == 0
    assert is_dot or abs(ink_side(picture) - (DRAWING_SIDE + PEN_WIDTH)) <= 5
    assert normalize(picture).shape == (28, 28)
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    assert (border == 255).all()


@settings(max_examples=40, deadline=None)
@given(drawings, pens, st.integers(-1000, 1000), st.integers(-6, 8))
def test_pen_scales_with_the_strokes(drawing: list, pen: float, shift: int, exponent: int) -> None:
    """A drawing scaled together with its pen, and shifted, gives the same picture."""
    moved = [(stroke + np.array([shift, -shift])) * 2.0**exponent for stroke in to_arrays(drawing)]
    assert np.array_equal(rasterize_character(moved, pen * 2.0**exponent), rasterize_character(to_arrays(drawing), pen))


def test_default_pen_equals_its_explicit_width() -> None:
    """The default pen has the same width as one given in the units of the drawing."""
    extent = np.ptp(np.concatenate(SMOKE_STROKES), axis=0).max()
    expected = rasterize(SMOKE_STROKES)
    assert np.array_equal(rasterize_character(SMOKE_STROKES), expected)
    assert np.array_equal(rasterize_character(SMOKE_STROKES, extent * PEN_WIDTH / DRAWING_SIDE), expected)
    assert np.array_equal(rasterize_line(SMOKE_STROKES, extent * PEN_WIDTH / DRAWING_SIDE), expected)


def test_wider_pen_gives_more_ink() -> None:
    """The amount of ink grows with the pen in pictures, images and lines of characters."""
    sevens = [stroke + np.array([160.0 * number, 0]) for number in range(10) for stroke in SMOKE_STROKES]
    widths = (1, 4, 12, 30)
    in_pictures = [(rasterize_character(SMOKE_STROKES, pen) < 128).mean() for pen in widths]
    in_images = [normalize(rasterize_character(SMOKE_STROKES, pen)).sum(dtype=int) for pen in widths]
    in_lines = [(rasterize_line(sevens, pen) < 128).mean() for pen in widths]
    for growing in (in_pictures, in_images, in_lines):
        assert growing == sorted(set(growing))


@pytest.mark.parametrize("extent", [0, 5e-324, 1e-7])
def test_dot_is_the_same_with_any_pen(extent: float) -> None:
    """A dot gives the same image with any pen and any tiny extent."""
    for pen in (5e-324, 1e-9, 3, MAX_COORDINATE):
        picture = rasterize_character([np.array([[0, 0], [extent, 0]])], pen)
        assert np.array_equal(normalize(picture), normalize(rasterize([np.zeros((1, 2))])))


@pytest.mark.parametrize(
    "pen", [0, -1, 1.01 * MAX_COORDINATE, 10**400, float("nan"), float("inf"), True, "3", None, [3]], ids=str
)
def test_invalid_pen_is_rejected(pen: object) -> None:
    """Only a positive number in range is a pen width."""
    with pytest.raises(InvalidInput):
        parse_pen_width(pen)


@pytest.mark.parametrize("pen", [1, 0.5, 5e-324, MAX_COORDINATE])
def test_valid_pen_becomes_a_float(pen: float) -> None:
    """Integers and floats are accepted."""
    assert parse_pen_width(pen) == float(pen)
