"""The body of POST /feedback, in every form it may take -> one picture with its right label."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from flask import Request

from inkling.errors import BadInput
from inkling.models.repository import NAME
from inkling.service.parsing.labelled_picture import Seen, label_of, read_drawing
from server.settings import Settings

TOLD = ("label", "model", "said", "sha256")
"""What is told about a picture."""

SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Given:
    """picture: uint8 (height, width). strokes: [[[x, y], …], …] where it came as such. label: the right one.

    said: what a model had said, of that name and with that fingerprint, as far as they are told.
    """

    picture: np.ndarray
    strokes: list | None
    label: str
    model: str | None
    said: str | None
    sha256: str | None


def read_feedback(request: Request, settings: Settings) -> Given:
    """The picture of a request and what is told about it. Raises InklingError of several kinds."""
    return _check(*read_drawing(request, settings, settings.max_predict_values, TOLD))


def _check(seen: Seen, told: dict[str, Any]) -> Given:
    label, said = label_of("label", told.get("label")), label_of("said", told.get("said"))
    model, sha256 = told.get("model"), told.get("sha256")
    if label is None:
        raise BadInput("Expected the picture's right label. Received none.")
    if model is not None and not (isinstance(model, str) and NAME.fullmatch(model)):
        raise BadInput(f"Expected model as the name of a model. Received {model!a:.40}.")
    if sha256 is not None and not (isinstance(sha256, str) and SHA256.fullmatch(sha256)):
        raise BadInput("Expected sha256 as 64 hexadecimal digits, as /predict tells it. Received something else.")
    if said is None and sha256 is not None:
        raise BadInput("Expected said with sha256: what that model had said. Received none.")
    return Given(*seen, label, model, said, sha256)
