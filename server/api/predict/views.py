"""POST /predict: pictures -> what each is."""

import time
from dataclasses import dataclass

import numpy as np
from flask import Blueprint, Response, jsonify, request

from inkling.imaging.decoding import decode
from inkling.imaging.normalization import look
from inkling.imaging.normalization_preview import Steps
from inkling.imaging.strokes import render_drawing
from inkling.models.crops import CHOICES
from inkling.models.predictor import Answers
from inkling.service.http.json_provider import DIGITS
from inkling.service.parsing.pictures import Turn, read_pictures
from inkling.service.parsing.query import one_of, read_query, some_of
from server.extensions import parts
from server.services.model_registry import Model

blueprint = Blueprint("predict", __name__)

VERSION = "X-Inkling-Model"
"""The header that tells which model answered, and which version of it."""

SHOWN = ("image", "steps")


@dataclass(frozen=True)
class Seen:
    """A picture's image, uint8 (28, 28), whether it seems to hold several signs, and how it came to be, where that is shown."""

    image: np.ndarray
    several: bool
    steps: Steps | None


@blueprint.post("/predict")
def predict() -> Response:
    """Answer one picture or several."""
    own = parts()
    query = read_query(request, "model", "crops", "show")
    crops = one_of("crops", query.get("crops"), CHOICES) or "4"
    show = some_of("show", query.get("show"), SHOWN)
    model = own.models.find(query.get("model"))

    def see(picture: np.ndarray) -> Seen:
        looked = look(picture)  # not kept: pictures are large
        return Seen(looked.image, looked.several, Steps.of(looked) if "steps" in show else None)

    turn = Turn(lambda data: see(decode(data, own.settings)), see, lambda strokes, pen: see(render_drawing(strokes, pen)))
    seen = read_pictures(request, own.settings, turn)
    images = np.array([each.image for each in seen])
    started = time.perf_counter()
    answers = model.predictor.predict(images, crops)
    seconds = time.perf_counter() - started
    winners = answers.probabilities.argmax(1)
    own.metrics.answered(model, winners, seconds)
    response = jsonify(encode(model, answers, winners, seen, show))
    response.headers[VERSION] = model.version
    return response


def encode(model: Model, answers: Answers, winners: np.ndarray, seen: list[Seen], show: list[str]) -> dict:
    """Answers as the API gives them.

    winners: int (n,), the positions of the most probable labels. seen: the n pictures.
    """
    card = model.predictor.card
    probabilities = answers.probabilities.round(DIGITS)  # (n, labels)
    crops = answers.crops.round(DIGITS)  # (n, k, labels)
    known = card.knows(answers.probabilities)  # as they came: a rounded 0 would rule a label out altogether
    predictions = []
    for position, winner in enumerate(winners):
        confidence = probabilities[position, winner]
        prediction = {
            "label": card.labels[winner],
            "confidence": confidence,
            "known": bool(known[position]),
            "several": seen[position].several,
            "probabilities": probabilities[position],
            "crops": crops[position],
        }
        if "image" in show:
            prediction["image"] = seen[position].image
        if "steps" in show:
            prediction["steps"] = seen[position].steps
        predictions.append(prediction)
    return {"model": model.name, "labels": card.labels, "crops": answers.offsets, "predictions": predictions}
