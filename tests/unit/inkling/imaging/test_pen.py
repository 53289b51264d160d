"""The pen: its width in the units of the strokes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkling.errors import BadInput
from inkling.imaging.normalization import normalise
from inkling.imaging.strokes import FARTHEST, PEN, SIDE, check_pen, render, render_drawing, render_writing
from inkling.models.smoke_test import STROKES
from tests.unit.inkling.imaging.test_strokes import arrays, drawings

pens = st.floats(1e-3, 2000)


def inked(picture: np.ndarray) -> int:
    """The longer side of a picture's ink."""
    rows, columns = np.nonzero(picture < 128)
    return max(np.ptp(rows), np.ptp(columns)) + 1


@settings(max_examples=60, deadline=None)
@given(drawings, pens)
def test_any_pen_makes_a_picture_of_one_size(drawing: list, pen: float):
    """What is inked, the pen's width included, is as large as ever; the wider the pen, the less is left to its path."""
    picture = render_drawing(arrays(drawing), pen)
    assert abs(inked(picture) - (SIDE + PEN)) <= 5 or np.ptp(np.concatenate(arrays(drawing)), axis=0).max() == 0
    assert normalise(picture).shape == (28, 28)
    edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    assert (edge == 255).all()


@settings(max_examples=40, deadline=None)
@given(drawings, pens, st.integers(-1000, 1000), st.integers(-6, 8))
def test_the_pen_is_in_the_units_of_the_strokes(drawing: list, pen: float, right: int, power: int):
    """A drawing made larger or smaller with its pen, and moved, gives the same picture to the pixel."""
    moved = [(stroke + np.array([right, -right])) * 2.0**power for stroke in arrays(drawing)]
    assert np.array_equal(render_drawing(moved, pen * 2.0**power), render_drawing(arrays(drawing), pen))


def test_without_a_pen_everything_stays_as_it_was():
    """It is a tenth of the drawing; told in the drawing's units, it is the same pen."""
    extent = np.ptp(np.concatenate(STROKES), axis=0).max()
    assert np.array_equal(render_drawing(STROKES), render(STROKES))
    assert np.array_equal(render_drawing(STROKES, extent * PEN / SIDE), render(STROKES))
    assert np.array_equal(render_writing(STROKES, extent * PEN / SIDE), render(STROKES))


def test_a_wider_pen_leaves_more_ink():
    """In the picture, in the image, and in writing of many signs."""
    many = [stroke + np.array([160.0 * number, 0]) for number in range(10) for stroke in STROKES]
    shares = [(render_drawing(STROKES, pen) < 128).mean() for pen in (1, 4, 12, 30)]
    ink = [normalise(render_drawing(STROKES, pen)).sum(dtype=int) for pen in (1, 4, 12, 30)]
    lines = [(render_writing(many, pen) < 128).mean() for pen in (1, 4, 12, 30)]
    for growing in (shares, ink, lines):
        assert growing == sorted(set(growing))


@pytest.mark.parametrize("extent", [0, 5e-324, 1e-7])
def test_a_dot_is_a_dot_with_any_pen(extent: float):
    """However small the device's numbers are."""
    for pen in (5e-324, 1e-9, 3, FARTHEST):
        picture = render_drawing([np.array([[0, 0], [extent, 0]])], pen)
        assert np.array_equal(normalise(picture), normalise(render([np.zeros((1, 2))])))


@pytest.mark.parametrize("pen", [0, -1, 1.01 * FARTHEST, 10**400, float("nan"), float("inf"), True, "3", None, [3]], ids=str)
def test_a_pen_that_is_none_is_refused(pen: object):
    """With the range that is expected."""
    with pytest.raises(BadInput, match=r"^Expected pen as its width in the units of the strokes, above 0 and at most 1000000"):
        check_pen(pen)


@pytest.mark.parametrize("pen", [1, 0.5, 5e-324, FARTHEST])
def test_a_pen_is_a_number(pen: float):
    """Whole or not."""
    assert check_pen(pen) == float(pen)
