"""Files in multipart forms, smaller and larger than werkzeug's read buffer."""

import io

import numpy as np
import pytest
from flask.testing import FlaskClient

from inkling.models.smoke_test import smoke_image
from tests.support.pictures import draw_seven, encode_picture

BLOCK = 64 * 1024
"""werkzeug reads forms in blocks of this many bytes."""


@pytest.mark.parametrize("side", [260, 400])
def test_picture_larger_than_a_block(client: FlaskClient, side: int):
    """Drawings on noisy paper, which hardly compress."""
    paper = np.random.default_rng(0).integers(215, 256, (side, side), np.uint8)
    digit = draw_seven()
    top, left = (side - digit.shape[0]) // 2, (side - digit.shape[1]) // 2
    paper[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    file = encode_picture(paper)
    assert (len(file) > BLOCK) == (side == 400)
    answer = client.post("/predict", data={"image": (io.BytesIO(file), "drawing.png")})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("count", [20, 200])
def test_dataset_larger_than_a_block(client: FlaskClient, count: int):
    """All images are evaluated."""
    head = np.array([0x803, count, 28, 28], ">i4").tobytes()
    labels = np.array([0x801, count], ">i4").tobytes() + bytes([7]) * count
    files = {"images": (io.BytesIO(head + idx_pixels(count)), "images"), "labels": (io.BytesIO(labels), "labels")}
    answer = client.post("/evaluate", data=files)
    assert answer.status_code == 201, answer.text
    assert answer.json["data"]["n"] == count


def idx_pixels(count: int) -> bytes:
    """The pixels of `count` equal images."""
    return np.repeat(smoke_image()[None], count, 0).tobytes()
