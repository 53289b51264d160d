"""The body of POST /feedback: a picture, its correct label, and what a model predicted."""

import re
from dataclasses import dataclass
from reprlib import repr as short_repr

from flask import Request

from inkling.errors import InvalidInput
from inkling.imaging.picture import Picture
from inkling.models.model_version import NAME_PATTERN
from inkling.service.parsing.labeled_picture import parse_label, read_labeled_picture
from server.services.feedback import FeedbackPrediction
from server.settings import Settings

FIELDS = ("label", "model", "predicted", "sha256")

SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class SentFeedback:
    """A picture, its correct label, and the prediction as far as the client has sent it."""

    picture: Picture
    label: str
    prediction: FeedbackPrediction


def read_feedback(request: Request, settings: Settings) -> SentFeedback:
    """Parse a request. Raises InvalidInput, InvalidDataset for unprintable labels, or the errors of `iter_pictures`."""
    picture, values = read_labeled_picture(request, settings, settings.max_predict_values, FIELDS)
    label, predicted = (parse_label(name, values.get(name)) for name in ("label", "predicted"))
    model, sha256 = values.get("model"), values.get("sha256")
    if label is None:
        raise InvalidInput("label is missing: send the correct label of the picture.")
    if model is not None and not (isinstance(model, str) and NAME_PATTERN.fullmatch(model)):
        raise InvalidInput(f"model: expected the name of a model, got {short_repr(model):.40}.")
    if sha256 is not None and not (isinstance(sha256, str) and SHA256.fullmatch(sha256)):
        raise InvalidInput("sha256: expected 64 hexadecimal digits, as in the X-Inkling-Model header of /predict.")
    if predicted is None and sha256 is not None:
        raise InvalidInput("sha256 needs predicted: send what that model predicted.")
    return SentFeedback(picture, label, FeedbackPrediction(predicted, None, model, sha256))
