"""Pictures in request bodies."""

from collections.abc import Iterator
from copy import deepcopy

import numpy as np
import pytest
from flask import Flask, request

from inkling.errors import EmptyPicture, InklingError, InvalidInput, TooLarge
from inkling.imaging.picture import EncodedPicture, GrayLevels, PenStrokes, to_gray_levels
from inkling.limits import Limits
from inkling.service.parsing.labeled_picture import parse_label, read_labeled_picture
from inkling.service.parsing.pictures import iter_pictures, read_picture
from tests.support.malformed_bodies import MALFORMED_BODIES, PNG, ROWS, multipart
from tests.support.pictures import to_base64

MAX_VALUES = 1_000_000
STROKES = [[[0, 0], [10, 5.5]], [], [[3, 4]]]


@pytest.fixture
def app() -> Flask:
    """An app without views."""
    return Flask(__name__)


@pytest.mark.parametrize("name", MALFORMED_BODIES)
def test_malformed_body_is_refused(app: Flask, name: str):
    """With the status and code of its kind."""
    arguments, status, code = deepcopy(MALFORMED_BODIES[name])
    with app.test_request_context(method="POST", **arguments), pytest.raises(InklingError) as refused:
        [to_gray_levels(picture, Limits()) for _, picture in iter_pictures(request, Limits(), MAX_VALUES)]
    assert (refused.value.status, refused.value.code) == (status, code)


@pytest.mark.parametrize(
    "arguments",
    [
        {"data": PNG, "content_type": "image/png"},
        {"data": PNG},
        multipart(image=PNG),
        {"json": {"image": to_base64(PNG)}},
        {"json": {"images": [to_base64(PNG)]}},
    ],
    ids=["body", "body without type", "form", "base64", "list of base64"],
)
def test_files(app: Flask, arguments: dict):
    """Their bytes are not decoded yet."""
    with app.test_request_context(method="POST", **arguments):
        assert read_picture(request, Limits(), MAX_VALUES) == EncodedPicture(PNG)


@pytest.mark.parametrize("pixels", [ROWS, [ROWS]])
def test_pixels(app: Flask, pixels: list):
    """One picture, alone or in a list."""
    with app.test_request_context(method="POST", json={"pixels": pixels}):
        picture = read_picture(request, Limits(), MAX_VALUES)
    assert isinstance(picture, GrayLevels)
    assert np.array_equal(picture.levels, np.array(ROWS, np.uint8))


def test_strokes(app: Flask):
    """As arrays and as sent, without empty strokes, with the width of the pen."""
    with app.test_request_context(method="POST", json={"strokes": STROKES, "pen": 3}):
        picture = read_picture(request, Limits(), MAX_VALUES)
    assert isinstance(picture, PenStrokes)
    assert [points.tolist() for points in picture.points] == [[[0, 0], [10, 5.5]], [[3, 4]]]
    assert (picture.json, picture.pen) == ([STROKES[0], STROKES[2]], 3.0)


def test_pictures_are_parsed_one_at_a_time(app: Flask):
    """The first is yielded before an error in the second is noticed; positions count from 0."""
    with app.test_request_context(method="POST", json={"pixels": [ROWS, [[0, 300]]]}):
        pictures = iter_pictures(request, Limits(), MAX_VALUES)
        position, _ = next(pictures)
        assert (position.index, position.count) == (0, 2)
        with pytest.raises(InvalidInput, match="2 of 2"):
            next(pictures)


def test_errors_name_the_position(app: Flask):
    """Also those of the caller, unless there is only one picture."""

    def positions(count: int) -> Iterator[object]:
        with app.test_request_context(method="POST", json={"pixels": [ROWS] * count}):
            yield from (position for position, _ in iter_pictures(request, Limits(), MAX_VALUES))

    _, second = positions(2)
    with pytest.raises(EmptyPicture, match="2 of 2: blank"), second.named_in_errors():
        raise EmptyPicture("blank")
    (only,) = positions(1)
    with pytest.raises(EmptyPicture, match=r"^blank$"), only.named_in_errors():
        raise EmptyPicture("blank")


@pytest.mark.parametrize(
    ("arguments", "limits", "max_values"),
    [
        ({"json": {"pixels": [ROWS] * 3}}, Limits(max_pictures=2), MAX_VALUES),
        ({"json": {"pixels": ROWS}}, Limits(max_picture_side=4), MAX_VALUES),
        ({"json": {"pixels": ROWS}}, Limits(max_picture_pixels=4), MAX_VALUES),
        ({"json": {"strokes": STROKES}}, Limits(max_points=2), MAX_VALUES),
        ({"json": {"pixels": ROWS}}, Limits(), 100),
    ],
    ids=["pictures", "side", "pixels", "points", "values"],
)
def test_limits(app: Flask, arguments: dict, limits: Limits, max_values: int):
    """Sizes are checked before memory is allocated."""
    with app.test_request_context(method="POST", **arguments), pytest.raises(TooLarge):
        list(iter_pictures(request, limits, max_values))


def test_read_picture_takes_one(app: Flask):
    """Several are refused."""
    with app.test_request_context(method="POST", json={"pixels": [ROWS, ROWS]}), pytest.raises(InvalidInput):
        read_picture(request, Limits(), MAX_VALUES)


@pytest.mark.parametrize(
    ("query", "arguments"),
    [
        ("label=7", {"data": PNG, "content_type": "image/png"}),
        ("", multipart(image=PNG, label="7")),
        ("label=7", {"json": {"image": to_base64(PNG)}}),
        ("", {"json": {"image": to_base64(PNG), "label": "7"}}),
    ],
    ids=["body", "form", "query and JSON", "JSON"],
)
def test_labeled_picture(app: Flask, query: str, arguments: dict):
    """The label may be in the query, in the form or in the JSON."""
    with app.test_request_context(f"/?{query}", method="POST", **deepcopy(arguments)):
        picture, values = read_labeled_picture(request, Limits(), MAX_VALUES, ("label", "model"))
    assert (picture, values) == (EncodedPicture(PNG), {"label": "7"})


@pytest.mark.parametrize(
    ("query", "arguments"),
    [
        ("label=7", {"json": {"strokes": STROKES, "label": "7"}}),
        ("label=7&label=8", {"data": PNG}),
        ("", {"json": {"strokes": STROKES, "label": None}}),
        ("", {"json": {"strokes": STROKES, "color": "red"}}),
        ("", {"json": {"images": [to_base64(PNG)]}}),
        ("", {"json": {"pixels": [ROWS]}}),
        ("", multipart(image=PNG, color="red")),
        ("color=red", {"data": PNG}),
    ],
)
def test_malformed_labeled_picture_is_refused(app: Flask, query: str, arguments: dict):
    """Repeated, null and unknown fields, and lists of pictures."""
    with app.test_request_context(f"/?{query}", method="POST", **deepcopy(arguments)), pytest.raises(InvalidInput):
        read_labeled_picture(request, Limits(), MAX_VALUES, ("label", "model"))


def test_labels():
    """Strings and integers become strings."""
    assert [parse_label("label", value) for value in ("a", 7, -1, None)] == ["a", "7", "-1", None]
    for value in (True, 1.5, ["7"], 10**18):
        with pytest.raises(InvalidInput):
            parse_label("label", value)
