"""POST /predict: recognize one character per picture."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from flask import Blueprint, Response, jsonify, request

from inkling.imaging.normalization import normalize_traced
from inkling.imaging.normalization_preview import NormalizationPreview
from inkling.imaging.picture import Picture, to_gray_levels
from inkling.models.crops import CROP_CHOICES
from inkling.models.predictor import PROBABILITY_DECIMALS, Predictions
from inkling.service.parsing.pictures import iter_pictures
from inkling.service.parsing.query import parse_choice, parse_choices, read_query
from server.api.headers import name_model
from server.api.request_limit import request_time_limit
from server.extensions import get_state
from server.services.loaded_model import LoadedModel
from server.services.outcome import Outcome
from server.settings import Settings

blueprint = Blueprint("predict", __name__)

SHOW_CHOICES = ("image", "steps")


@dataclass(frozen=True)
class NormalizedPicture:
    """A picture's image, uint8 (28, 28), whether it seems to hold several characters, and the steps if they are requested."""

    image: np.ndarray
    multiple: bool
    steps: NormalizationPreview | None


@blueprint.post("/predict")
def predict() -> Response:
    """Predict the label of each picture."""
    state = get_state()
    query = read_query(request, "model", "version", "crops", "show")
    crops = parse_choice("crops", query.get("crops"), CROP_CHOICES) or "4"
    show = parse_choices("show", query.get("show"), SHOW_CHOICES)
    model = state.models.select(query.get("model"), query.get("version"))
    normalized = []
    with request_time_limit():
        for position, picture in iter_pictures(request, state.settings, state.settings.max_predict_values):
            with position.named_in_errors():
                normalized.append(normalize_picture(picture, state.settings, with_steps="steps" in show))
    images = np.array([each.image for each in normalized])
    started = time.perf_counter()
    predictions = model.predictor.predict(images, crops)
    seconds = time.perf_counter() - started
    outcome = Outcome.of(model.predictor.card, predictions.probabilities)
    state.metrics.count_predictions(model, outcome, seconds)
    response = jsonify(encode(model, predictions, outcome, normalized, show))
    name_model(response.headers, model, outcome.labels)
    return response


def normalize_picture(picture: Picture, settings: Settings, with_steps: bool) -> NormalizedPicture:
    """Normalize a picture. The trace is dropped at once, because it holds the picture in full size."""
    trace = normalize_traced(to_gray_levels(picture, settings))
    return NormalizedPicture(trace.image, trace.multiple, NormalizationPreview.from_trace(trace) if with_steps else None)


def encode(
    model: LoadedModel,
    predictions: Predictions,
    outcome: Outcome,
    normalized: list[NormalizedPicture],
    show: list[str],
) -> dict[str, Any]:
    """The JSON of the response. normalized: the n pictures."""
    probabilities = predictions.probabilities.round(PROBABILITY_DECIMALS)  # (n, labels)
    crops = predictions.crops.round(PROBABILITY_DECIMALS)  # (n, k, labels)
    encoded = []
    for index, label in enumerate(outcome.labels):
        prediction = {
            "label": label,
            "confidence": probabilities[index].max(),
            "known": bool(outcome.known[index]),
            "multiple": normalized[index].multiple,
            "probabilities": probabilities[index],
            "crops": crops[index],
        }
        if "image" in show:
            prediction["image"] = normalized[index].image
        if "steps" in show:
            prediction["steps"] = normalized[index].steps
        encoded.append(prediction)
    return {"model": model.name, "labels": model.predictor.card.labels, "crops": predictions.offsets, "predictions": encoded}
