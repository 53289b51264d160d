"""POST /predict: equal predictions for all picture modes and formats; limits of size."""

import itertools

import numpy as np
import pytest
from flask.testing import FlaskClient

from tests.support.assertions import assert_error
from tests.support.pictures import draw_seven, encode_picture, equivalent_files, to_base64
from tests.support.server_fixtures import MakeApp

DRAWINGS = equivalent_files()
CLOSE = 12
"""Mean difference in gray levels under which two images show the same: JPEG and thresholds blur the edge of a stroke."""


@pytest.fixture
def plain(client: FlaskClient) -> dict:
    """The prediction for the seven as a gray PNG."""
    return client.post("/predict?show=image", data=encode_picture(draw_seven()), content_type="image/png").json["predictions"][
        0
    ]


@pytest.mark.parametrize("kind", DRAWINGS)
def test_picture_modes_give_the_same_image(client: FlaskClient, plain: dict, kind: str):
    """Mode, polarity, transparency, rotation and format."""
    answer = client.post("/predict?show=image", data=DRAWINGS[kind], content_type="application/octet-stream")
    assert answer.status_code == 200, answer.text
    prediction = answer.json["predictions"][0]
    assert prediction["label"] == plain["label"]
    assert np.abs(np.subtract(prediction["image"], plain["image"], dtype=np.int64)).mean() < CLOSE


def test_returned_image_is_a_fixed_point(client: FlaskClient, plain: dict):
    """The result of show=image, sent as pixels, is unchanged."""
    again = client.post("/predict?show=image", json={"pixels": plain["image"]}).json["predictions"][0]
    assert again == plain


BLANK = {
    "white": np.full((60, 40), 255, np.uint8),
    "black": np.zeros((60, 40), np.uint8),
    "28×28 black": np.zeros((28, 28), np.uint8),
    "noise of a scanner": np.random.default_rng(0).integers(235, 256, (80, 80)).astype(np.uint8),
    "one pixel": np.zeros((1, 1), np.uint8),
    "transparent": np.zeros((50, 50, 4), np.uint8),
}


@pytest.mark.parametrize("kind", BLANK)
def test_blank_picture_is_refused(client: FlaskClient, kind: str):
    """A picture without ink."""
    answer = client.post("/predict", data=encode_picture(BLANK[kind]), content_type="image/png")
    assert_error(answer, 422, "empty_picture")


def test_decompression_bomb_is_refused(client: FlaskClient):
    """A small PNG of 177 million pixels, by its header."""
    bomb = encode_picture(np.zeros((13_300, 13_300), np.uint8))
    assert len(bomb) < 300_000
    assert_error(client.post("/predict", data=bomb, content_type="image/png"), 413, "too_large")


def test_long_side_is_refused(client: FlaskClient):
    """Even with few pixels."""
    answer = client.post("/predict", data=encode_picture(np.zeros((2, 20_000), np.uint8)), content_type="image/png")
    assert_error(answer, 413, "too_large")


@pytest.mark.parametrize("path", ["/predict", "/read"])
def test_pixels_of_all_pictures_are_limited(make_app: MakeApp, path: str):
    """Before the pictures beyond the limit are decoded."""
    picture = to_base64(encode_picture(draw_seven()))
    height, width = draw_seven().shape[:2]
    client = make_app(max_request_pixels=3 * height * width).test_client()
    assert client.post(path, json={"images": [picture] * 3}).status_code == 200
    answer = client.post(path, json={"images": [picture] * 4})
    assert_error(answer, 413, "too_large")
    assert "pixels in all" in answer.json["error"]["message"]


@pytest.mark.parametrize("path", ["/predict", "/read"])
def test_computing_too_long_is_an_error(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, path: str):
    """With a status that says that another request may succeed."""
    monkeypatch.setattr("inkling.deadline.time.thread_time", itertools.count(0, 60).__next__)
    pictures = [to_base64(encode_picture(draw_seven()))] * 2
    assert_error(make_app().test_client().post(path, json={"images": pictures}), 503, "time_limit_exceeded")
