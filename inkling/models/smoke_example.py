"""SmokeExample: an image in the model card, with the prediction for it at export."""

import base64
import binascii
import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from inkling.errors import InvalidModel
from inkling.imaging.normalization import IMAGE_SIDE

MAX_BASE64 = 4096
"""Characters of the image's base64: a 28×28 PNG of noise has about 1,200."""


@dataclass(frozen=True)
class SmokeExample:
    """image: uint8 (28, 28). label: what it shows. probabilities: at export, averaged over the crops, float32 (labels,)."""

    image: np.ndarray = field(compare=False)
    label: str
    probabilities: np.ndarray = field(compare=False)

    @classmethod
    def parse(cls, value: object, labels: list[str]) -> "SmokeExample":
        """Parse the card's field `smoke`. Raises InvalidModel."""
        if not isinstance(value, dict) or value.keys() != {"image", "label", "probabilities"}:
            raise InvalidModel("The card's smoke must be an object with image, label and probabilities.")
        if value["label"] not in labels:
            raise InvalidModel(f"The label of the card's smoke image must be one of the model's. Got {value['label']!r:.40}.")
        numbers = value["probabilities"]
        is_list = isinstance(numbers, list) and len(numbers) == len(labels)
        if not is_list or not all(type(each) in (int, float) and 0 <= each <= 1 for each in numbers):
            raise InvalidModel(f"The card's smoke image needs {len(labels)} probabilities between 0 and 1, one per label.")
        return cls(_decode_image(value["image"]), value["label"], np.array(numbers, np.float32))

    def to_json(self) -> dict[str, Any]:
        """The value of the card's field."""
        stream = io.BytesIO()
        Image.fromarray(self.image).save(stream, "PNG")
        return {
            "image": base64.b64encode(stream.getvalue()).decode(),
            "label": self.label,
            "probabilities": [round(float(probability), 6) for probability in self.probabilities],
        }

    def difference(self, probabilities: np.ndarray) -> float:
        """The largest difference of a probability, float (labels,), from the one at export."""
        return float(np.abs(probabilities - self.probabilities).max())


def _decode_image(text: object) -> np.ndarray:
    """Decode a base64 PNG of 28×28 gray levels. Raises InvalidModel."""
    problem = InvalidModel(f"The card's smoke image must be a gray PNG of {IMAGE_SIDE}×{IMAGE_SIDE} pixels in base64.")
    if not isinstance(text, str) or len(text) > MAX_BASE64:
        raise problem
    try:
        with Image.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=("PNG",)) as picture:
            if picture.size != (IMAGE_SIDE, IMAGE_SIDE) or picture.mode != "L":
                raise problem
            return np.array(picture)
    except (OSError, SyntaxError, ValueError, binascii.Error) as error:  # SyntaxError: a damaged PNG chunk
        raise problem from error
