"""Files in forms: of any size up to the body's own limit."""

import io

import numpy as np
import pytest
from flask.testing import FlaskClient

from inkling.models.smoke_test import smoke_image
from tests.support.pictures import encoded, seven

BLOCK = 64 * 1024
"""werkzeug reads forms in blocks of this many bytes."""


@pytest.mark.parametrize("side", [260, 400])
def test_a_picture_in_a_form_may_be_larger_than_a_block(client: FlaskClient, side: int):
    """Drawings on noisy paper, which pack badly, are read from a form whether they are smaller or larger than a block."""
    paper = np.random.default_rng(0).integers(215, 256, (side, side), np.uint8)
    digit = seven()
    top, left = (side - digit.shape[0]) // 2, (side - digit.shape[1]) // 2
    paper[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    file = encoded(paper)
    assert (len(file) > BLOCK) == (side == 400)
    answer = client.post("/predict", data={"image": (io.BytesIO(file), "drawing.png")})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("count", [20, 200])
def test_a_set_in_a_form_may_be_larger_than_a_block(client: FlaskClient, count: int):
    """IDX files of fewer and of more bytes than a block are scored in full."""
    head = np.array([0x803, count, 28, 28], ">i4").tobytes()
    labels = np.array([0x801, count], ">i4").tobytes() + bytes([7]) * count
    files = {"images": (io.BytesIO(head + sevens(count)), "images"), "labels": (io.BytesIO(labels), "labels")}
    answer = client.post("/evaluate", data=files)
    assert answer.status_code == 201, answer.text
    assert answer.json["data"]["n"] == count


def sevens(count: int) -> bytes:
    """The seven as an image, `count` times."""
    return np.repeat(smoke_image()[None], count, 0).tobytes()
