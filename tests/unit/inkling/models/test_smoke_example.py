"""SmokeExample: the image in a card, written and read again; malformed ones."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from inkling.errors import InvalidModel
from inkling.models.smoke_example import SmokeExample

LABELS = ["x", "y"]
IMAGE = np.arange(784, dtype=np.uint8).reshape(28, 28)
VALID = SmokeExample(IMAGE, "y", np.array([0.25, 0.75], np.float32)).to_json()


def encode(picture: Image.Image, kind: str = "PNG") -> str:
    """A picture as base64."""
    stream = io.BytesIO()
    picture.save(stream, kind)
    return base64.b64encode(stream.getvalue()).decode()


def test_round_trip():
    """The image, the label and the probabilities."""
    example = SmokeExample.parse(VALID, LABELS)
    np.testing.assert_array_equal(example.image, IMAGE)
    assert (example.label, example.probabilities.tolist()) == ("y", [0.25, 0.75])


def test_difference():
    """The largest one."""
    assert SmokeExample.parse(VALID, LABELS).difference(np.array([0.5, 0.5])) == 0.25


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        VALID | {"more": 1},
        VALID | {"label": "z"},
        VALID | {"label": ["x"]},
        VALID | {"probabilities": 1},
        VALID | {"probabilities": [1]},
        VALID | {"probabilities": ["all", "of"]},
        VALID | {"probabilities": [True, False]},
        VALID | {"probabilities": [1e300, 0]},
        VALID | {"image": 1},
        VALID | {"image": "%"},
        VALID | {"image": "A" * 5_000},
        VALID | {"image": VALID["image"][:80]},
        VALID | {"image": encode(Image.new("L", (28, 29)))},
        VALID | {"image": encode(Image.new("RGB", (28, 28)))},
        VALID | {"image": encode(Image.new("L", (28, 28)), "JPEG")},
    ],
)
def test_malformed(value: object):
    """Each is refused."""
    with pytest.raises(InvalidModel):
        SmokeExample.parse(value, LABELS)
