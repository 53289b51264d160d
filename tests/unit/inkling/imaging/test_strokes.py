"""Pen strokes: parsing, rasterization and the transform from pixels to stroke units."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkling.errors import EmptyPicture, InklingError, InvalidInput, TooLarge
from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import (
    DRAWING_SIDE,
    MAX_COORDINATE,
    PEN_WIDTH,
    line_transform,
    parse_strokes,
    rasterize,
    rasterize_line,
)
from inkling.limits import Limits
from inkling.models.smoke_test import SMOKE_STROKES

LIMITS = Limits(max_points=10)
points = st.lists(st.tuples(st.integers(-500, 500), st.integers(-500, 500)), min_size=1, max_size=12)
drawings = st.lists(points, min_size=1, max_size=4)


def to_arrays(drawing: list) -> list[np.ndarray]:
    """The strokes of a drawing as arrays."""
    return [np.array(stroke, np.float64) for stroke in drawing]


INVALID = {
    "a number": (7, InvalidInput),
    "null": (None, InvalidInput),
    "an object": ({"strokes": []}, InvalidInput),
    "strokes of numbers": ([1, 2], InvalidInput),
    "strokes of strings": (["ab"], InvalidInput),
    "points of numbers": ([[1, 2]], InvalidInput),
    "a point with one coordinate": ([[[1]]], InvalidInput),
    "a point with three coordinates": ([[[1, 2, 3]]], InvalidInput),
    "a point of strings": ([[["1", "2"]]], InvalidInput),
    "a point of booleans": ([[[True, False]]], InvalidInput),
    "a point with null": ([[[None, 1]]], InvalidInput),
    "an invalid point after a valid one": ([[[1, 2]], [[1, 2], [3]]], InvalidInput),
    "NaN": ([[[float("nan"), 0]]], InvalidInput),
    "infinity": ([[[0, float("-inf")]]], InvalidInput),
    "out of range": ([[[MAX_COORDINATE * 1.01, 0]]], InvalidInput),
    "beyond a float": ([[[0, 10**400]]], InvalidInput),
    "no strokes": ([], EmptyPicture),
    "empty strokes": ([[], []], EmptyPicture),
    "too many points": ([[[0, 0]] * 6, [[0, 0]] * 5], TooLarge),
    "too many strokes": ([[]] * 10 + [[[0, 0]]], TooLarge),
}


@pytest.mark.parametrize("kind", INVALID)
def test_invalid_strokes_are_rejected(kind: str) -> None:
    """Each kind of invalid input raises its own error."""
    strokes, error = INVALID[kind]
    with pytest.raises(InklingError) as caught:
        parse_strokes(strokes, LIMITS)
    assert type(caught.value) is error


def test_valid_strokes_become_arrays() -> None:
    """Input at the limits is accepted, and empty strokes are skipped."""
    strokes = [[[0, 0.5]], [], [[MAX_COORDINATE, -MAX_COORDINATE]] * 9]
    first, second = parse_strokes(strokes, LIMITS)
    assert first.dtype == second.dtype == np.float64
    assert (first.tolist(), second.tolist()) == (strokes[0], strokes[2])


@settings(max_examples=60, deadline=None)
@given(drawings)
def test_rasterized_ink_has_a_white_margin(drawing: list) -> None:
    """The picture is black on white, as large as the drawing plus a pen width on each side, with a white border."""
    picture = rasterize(to_arrays(drawing))
    assert picture.dtype == np.uint8
    assert set(np.unique(picture)) == {0, 255}
    coordinates = np.concatenate(to_arrays(drawing))
    is_dot = (coordinates == coordinates[0]).all()
    assert max(picture.shape) - (0 if is_dot else DRAWING_SIDE) - 2 * PEN_WIDTH in (1, 2)
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    assert (border == 255).all()


@settings(max_examples=60, deadline=None)
@given(drawings, st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(-6, 8))
def test_position_and_scale_do_not_matter(drawing: list, x: int, y: int, exponent: int) -> None:
    """A shifted drawing, scaled by a power of two, gives the same picture."""
    moved = [(stroke + np.array([x, y])) * 2.0**exponent for stroke in to_arrays(drawing)]
    assert np.array_equal(rasterize(moved), rasterize(to_arrays(drawing)))


@settings(max_examples=40, deadline=None)
@given(drawings)
def test_stroke_order_does_not_matter(drawing: list) -> None:
    """Strokes in reverse order give the same picture."""
    assert np.array_equal(rasterize(to_arrays(drawing)), rasterize(to_arrays(drawing[::-1])))


coordinates = st.floats(-MAX_COORDINATE, MAX_COORDINATE) | st.sampled_from(
    [0.0, 5e-324, 1e-300, 1e-7, MAX_COORDINATE, -MAX_COORDINATE]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.tuples(coordinates, coordinates).map(list), min_size=1, max_size=5), min_size=1, max_size=3))
def test_all_valid_strokes_can_be_normalized(drawing: list) -> None:
    """Any valid JSON, with the smallest and the largest numbers, gives a picture of bounded size and an image."""
    picture = rasterize(parse_strokes(json.loads(json.dumps(drawing)), Limits()))
    assert max(picture.shape) <= DRAWING_SIDE + 2 * PEN_WIDTH + 2
    assert normalize(picture).shape == (28, 28)


@pytest.mark.parametrize("extent", [5e-324, 1e-300, 1e-9])
def test_tiny_drawing_is_a_dot(extent: float) -> None:
    """A drawing whose scale would overflow, or enlarge rounding errors, is a dot."""
    dot = normalize(rasterize([np.zeros((1, 2))]))
    assert np.array_equal(normalize(rasterize([np.array([[0, 0], [extent, 0]])])), dot)


def test_dot_is_a_disc_of_the_pen_width() -> None:
    """A single point leaves a disc."""
    rows, columns = np.nonzero(rasterize([np.array([[5.0, 5.0]])]) == 0)
    assert abs(np.ptp(rows) - PEN_WIDTH) <= 1
    assert abs(np.ptp(columns) - PEN_WIDTH) <= 1


def test_line_of_one_character_is_rasterized_like_a_character() -> None:
    """`rasterize_line` gives the picture of `rasterize` for one character."""
    assert np.array_equal(rasterize_line(SMOKE_STROKES), rasterize(SMOKE_STROKES))


def test_line_of_many_characters_scales_the_pen() -> None:
    """Ten sevens fill 1,000 pixels and leave most of them white, and a line of dots has ink."""
    sevens = [stroke + np.array([160.0 * number, 0]) for number in range(10) for stroke in SMOKE_STROKES]
    picture = rasterize_line(sevens)
    assert 950 <= picture.shape[1] <= 1050
    assert 0.02 < (picture < 128).mean() < 0.3
    dots = [np.array([[1000.0 * number, 0.0]]) for number in range(3)]
    assert rasterize_line(dots).min() == 0


@pytest.mark.parametrize("pen", [None, 0.02, 0.1, 0.6])
@settings(max_examples=40, deadline=None)
@given(drawing=drawings, unit=st.sampled_from([0.01, 1.0, 300.0]))
def test_line_transform_maps_pixels_to_stroke_units(pen: float | None, drawing: list, unit: float) -> None:
    """The ink's box in stroke units is that of the strokes plus half a pen width, within three pixels."""
    strokes = [stroke * unit for stroke in to_arrays(drawing)]
    coordinates = np.concatenate(strokes)
    extent = float(np.ptp(coordinates, axis=0).max())
    pen_width = None if pen is None else pen * (extent or unit)
    transform = line_transform(strokes, pen_width)
    rows, columns = np.nonzero(rasterize_line(strokes, pen_width) < 128)
    low = np.array(transform.origin) + transform.pixel_size * np.array([columns.min(), rows.min()])
    high = np.array(transform.origin) + transform.pixel_size * np.array([columns.max() + 1, rows.max() + 1])
    margins = np.array([coordinates.min(0) - low, high - coordinates.max(0)]) / transform.pixel_size  # (2, 2), in pixels
    assert np.ptp(margins) <= 4
    assert np.abs(margins - transform.pen_width / 2 / transform.pixel_size).max() <= 3
    if pen_width is not None and extent > 0 and pen_width / transform.pixel_size >= 1:
        assert transform.pen_width == pytest.approx(pen_width)
