"""POST /predict: pictures -> what each is."""

import time

import numpy as np
from flask import Blueprint, Response, jsonify, request

from server.bodies.pictures import Turn, read_pictures
from server.bodies.query import one_of, read_query
from server.encoding import DIGITS
from server.inference.crops import CHOICES
from server.inference.normalise import look
from server.inference.pictures import decode
from server.inference.predictor import Answers
from server.inference.strokes import render
from server.models import Model
from server.parts import parts

blueprint = Blueprint("predict", __name__)

VERSION = "X-Inkling-Model"
"""The header that tells which model answered, and which version of it: while one is published, workers may differ."""


@blueprint.post("/predict")
def predict() -> Response:
    """Answer one picture or several."""
    own = parts()
    query = read_query(request, "model", "crops", "show")
    crops = one_of("crops", query.get("crops"), CHOICES) or "4"
    show = one_of("show", query.get("show"), ["image"])
    model = own.models.find(query.get("model"))
    turn = Turn(lambda data: look(decode(data, own.settings)), look, lambda strokes: look(render(strokes)))
    looked = read_pictures(request, own.settings, turn)
    images = np.array([image for image, _ in looked])
    started = time.perf_counter()
    answers = model.predictor.predict(images, crops)
    seconds = time.perf_counter() - started
    winners = answers.probabilities.argmax(1)
    own.metrics.answered(model, winners, seconds)
    several = [signs for _, signs in looked]
    response = jsonify(encode(model, answers, winners, several, images if show else None))
    response.headers[VERSION] = f"{model.name}; sha256={model.sha256}"
    return response


def encode(model: Model, answers: Answers, winners: np.ndarray, several: list[bool], images: np.ndarray | None) -> dict:
    """Answers as the API gives them.

    winners: int (n,), the positions of the most probable labels. several: whether each picture seems to hold several signs.
    images: uint8 (n, 28, 28), where they are wanted.
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
            "several": several[position],
            "probabilities": probabilities[position],
            "crops": crops[position],
        }
        if images is not None:
            prediction["image"] = images[position]
        predictions.append(prediction)
    return {"model": model.name, "labels": card.labels, "crops": answers.offsets, "predictions": predictions}
