"""Pen strokes: what is refused, and that a drawing looks the same wherever and however large it was drawn."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkling.errors import BadInput, EmptyPicture, InklingError, TooLarge
from inkling.imaging.normalization import normalise
from inkling.imaging.strokes import FARTHEST, PEN, SIDE, check_strokes, place_writing, render, render_writing
from inkling.limits import Limits
from inkling.models.smoke_test import STROKES

LIMITS = Limits(max_points=10)
pen_positions = st.lists(st.tuples(st.integers(-500, 500), st.integers(-500, 500)), min_size=1, max_size=12)
drawings = st.lists(pen_positions, min_size=1, max_size=4)


def arrays(drawing: list) -> list[np.ndarray]:
    """A drawing as `render` takes it."""
    return [np.array(stroke, np.float64) for stroke in drawing]


BAD = {
    "a number": (7, BadInput),
    "nothing": (None, BadInput),
    "an object": ({"strokes": []}, BadInput),
    "strokes of numbers": ([1, 2], BadInput),
    "strokes of strings": (["ab"], BadInput),
    "positions of numbers": ([[1, 2]], BadInput),
    "a position of one": ([[[1]]], BadInput),
    "a position of three": ([[[1, 2, 3]]], BadInput),
    "a position of strings": ([[["1", "2"]]], BadInput),
    "a position of booleans": ([[[True, False]]], BadInput),
    "a position of nothing": ([[[None, 1]]], BadInput),
    "a bad one behind a good one": ([[[1, 2]], [[1, 2], [3]]], BadInput),
    "NaN": ([[[float("nan"), 0]]], BadInput),
    "infinite": ([[[0, float("-inf")]]], BadInput),
    "too far": ([[[FARTHEST * 1.01, 0]]], BadInput),
    "far beyond a float": ([[[0, 10**400]]], BadInput),
    "no strokes": ([], EmptyPicture),
    "empty strokes": ([[], []], EmptyPicture),
    "too many positions": ([[[0, 0]] * 6, [[0, 0]] * 5], TooLarge),
    "too many strokes": ([[]] * 10 + [[[0, 0]]], TooLarge),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_strokes_are_refused(what: str):
    """Each with its kind of error, and one sentence."""
    strokes, kind = BAD[what]
    with pytest.raises(InklingError, match=r"^Expected .* Received ") as caught:
        check_strokes(strokes, LIMITS)
    assert type(caught.value) is kind


def test_good_strokes_come_back_as_arrays():
    """At the limits, too; strokes without a position are left out."""
    strokes = [[[0, 0.5]], [], [[FARTHEST, -FARTHEST]] * 9]
    first, second = check_strokes(strokes, LIMITS)
    assert first.dtype == second.dtype == np.float64
    assert (first.tolist(), second.tolist()) == (strokes[0], strokes[2])


@settings(max_examples=60, deadline=None)
@given(drawings)
def test_ink_lies_inside_of_white_paper(drawing: list):
    """The longer side is that of the drawing, a margin of the pen on either side, and the paper's edge is clean."""
    picture = render(arrays(drawing))
    assert picture.dtype == np.uint8
    assert set(np.unique(picture)) == {0, 255}
    points = np.concatenate(arrays(drawing))
    dot = (points == points[0]).all()
    assert max(picture.shape) - (0 if dot else SIDE) - 2 * PEN in (1, 2)
    edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    assert (edge == 255).all()


@settings(max_examples=60, deadline=None)
@given(drawings, st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(-6, 8))
def test_place_and_size_do_not_matter(drawing: list, right: int, down: int, power: int):
    """A drawing moved, and made larger or smaller by a power of two, gives the same picture to the pixel."""
    moved = [(stroke + np.array([right, down])) * 2.0**power for stroke in arrays(drawing)]
    assert np.array_equal(render(moved), render(arrays(drawing)))


@settings(max_examples=40, deadline=None)
@given(drawings)
def test_the_order_of_strokes_does_not_matter(drawing: list):
    """All of them are the same ink."""
    assert np.array_equal(render(arrays(drawing)), render(arrays(drawing[::-1])))


finite = st.floats(-FARTHEST, FARTHEST) | st.sampled_from([0.0, 5e-324, 1e-300, 1e-7, FARTHEST, -FARTHEST])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.tuples(finite, finite).map(list), min_size=1, max_size=5), min_size=1, max_size=3))
def test_whatever_is_accepted_is_drawn(drawing: list):
    """From the smallest to the farthest numbers, as JSON gives them: a picture of bounded size that normalises."""
    picture = render(check_strokes(json.loads(json.dumps(drawing)), Limits()))
    assert max(picture.shape) <= SIDE + 2 * PEN + 2
    assert normalise(picture).shape == (28, 28)


@pytest.mark.parametrize("extent", [5e-324, 1e-300, 1e-9])
def test_a_drawing_that_hardly_extends_is_a_dot(extent: float):
    """Its scale would overflow, or show the rounding of numbers as a drawing."""
    dot = normalise(render([np.zeros((1, 2))]))
    assert np.array_equal(normalise(render([np.array([[0, 0], [extent, 0]])])), dot)


def test_a_dot_is_a_disc_of_the_pens_width():
    """A pen that was only set down still writes."""
    rows, columns = np.nonzero(render([np.array([[5.0, 5.0]])]) == 0)
    assert abs(np.ptp(rows) - PEN) <= 1
    assert abs(np.ptp(columns) - PEN) <= 1


def test_writing_of_one_sign_is_drawn_as_that_sign():
    """Of one sign `render_writing` makes what `render` makes."""
    assert np.array_equal(render_writing(STROKES), render(STROKES))


def test_writing_of_many_signs_gets_a_pen_for_each():
    """Ten sevens side by side fill a picture of 1,000 pixels with ink that leaves most of it white; dots do no harm."""
    many = [stroke + np.array([160.0 * number, 0]) for number in range(10) for stroke in STROKES]
    picture = render_writing(many)
    assert 950 <= picture.shape[1] <= 1050
    assert 0.02 < (picture < 128).mean() < 0.3
    dots = [np.array([[1000.0 * number, 0.0]]) for number in range(3)]
    assert render_writing(dots).min() == 0


@pytest.mark.parametrize("pen", [None, 0.02, 0.1, 0.6])
@settings(max_examples=40, deadline=None)
@given(drawing=drawings, unit=st.sampled_from([0.01, 1.0, 300.0]))
def test_where_the_pixels_of_writing_lie_is_told(pen: float | None, drawing: list, unit: float):
    """The ink's box, put back among the strokes, is theirs and half a pen's width around it, to three pixels."""
    strokes = [stroke * unit for stroke in arrays(drawing)]
    points = np.concatenate(strokes)
    extent = float(np.ptp(points, axis=0).max())
    width = None if pen is None else pen * (extent or unit)
    place = place_writing(strokes, width)
    rows, columns = np.nonzero(render_writing(strokes, width) < 128)
    low = np.array(place.origin) + place.pixel * np.array([columns.min(), rows.min()])
    high = np.array(place.origin) + place.pixel * np.array([columns.max() + 1, rows.max() + 1])
    left_over = (np.array([points.min(0) - low, high - points.max(0)])) / place.pixel  # (2, 2), in pixels: half a pen each
    assert np.ptp(left_over) <= 4
    assert np.abs(left_over - place.pen / 2 / place.pixel).max() <= 3
    if width is not None and extent > 0 and width / place.pixel >= 1:
        assert place.pen == pytest.approx(width)
