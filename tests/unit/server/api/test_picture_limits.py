"""POST /predict reads the same drawing alike, in whatever kind of picture it comes."""

import numpy as np
import pytest
from flask.testing import FlaskClient

from tests.support.assertions import assert_error
from tests.support.pictures import encoded, same_drawings, seven

DRAWINGS = same_drawings()
CLOSE = 12
"""Mean difference in grey levels under which two images show the same: JPEG and thresholds blur the edge of a stroke."""


@pytest.fixture
def plain(client: FlaskClient) -> dict:
    """The answer to the seven as a plain grey PNG."""
    return client.post("/predict?show=image", data=encoded(seven()), content_type="image/png").json["predictions"][0]


@pytest.mark.parametrize("kind", DRAWINGS)
def test_every_kind_of_picture_gives_the_same_image(client: FlaskClient, plain: dict, kind: str):
    """Mode, polarity, transparency, rotation and format change neither the label nor, but for noise, the image."""
    answer = client.post("/predict?show=image", data=DRAWINGS[kind], content_type="application/octet-stream")
    assert answer.status_code == 200, answer.text
    prediction = answer.json["predictions"][0]
    assert prediction["label"] == plain["label"]
    assert np.abs(np.subtract(prediction["image"], plain["image"], dtype=np.int64)).mean() < CLOSE


def test_an_image_of_the_api_is_read_as_itself(client: FlaskClient, plain: dict):
    """What show=image gives can be sent back as pixels, and comes back unchanged."""
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
def test_a_blank_picture_is_no_guess(client: FlaskClient, kind: str):
    """A picture without ink is refused."""
    answer = client.post("/predict", data=encoded(BLANK[kind]), content_type="image/png")
    assert_error(answer, 422, "empty_picture")


def test_a_decompression_bomb_is_refused_unopened(client: FlaskClient):
    """A small PNG that unpacks to 177 million pixels is refused by its size."""
    bomb = encoded(np.zeros((13_300, 13_300), np.uint8))
    assert len(bomb) < 300_000
    assert_error(client.post("/predict", data=bomb, content_type="image/png"), 413, "too_large", "16,000,000 pixels")


def test_a_picture_too_long_is_refused(client: FlaskClient):
    """A side beyond the limit is refused even where the pixels are few."""
    answer = client.post("/predict", data=encoded(np.zeros((2, 20_000), np.uint8)), content_type="image/png")
    assert_error(answer, 413, "too_large", "20000")
