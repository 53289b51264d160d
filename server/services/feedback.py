"""Feedback: a drawing with its correct label, and what a model predicted for it."""

from dataclasses import dataclass

import numpy as np

from inkling.imaging.normalization import normalize
from inkling.models.predictor import PROBABILITY_DECIMALS
from inkling.service.store.feedback import FeedbackDrawing
from server.services.model_registry import ModelRegistry


@dataclass(frozen=True)
class FeedbackPrediction:
    """What a model predicted for a drawing; each field is None if it is not known.

    predicted: the label. sha256: of the model's file.
    """

    predicted: str | None = None
    confidence: float | None = None
    model: str | None = None
    sha256: str | None = None


def create_drawing(
    picture: np.ndarray, strokes: list[list[list[float]]] | None, label: str, sent: FeedbackPrediction, models: ModelRegistry
) -> FeedbackDrawing:
    """A drawing for the store. picture: uint8 (height, width). sent: the prediction as far as the client has sent it.

    Raises EmptyPicture, or ModelNotFound for an unknown model that should predict.
    """
    image = normalize(picture)
    prediction = sent if sent.predicted is not None else predict(image, sent.model, models)
    return FeedbackDrawing.create(
        label,
        image,
        picture,
        strokes,
        predicted=prediction.predicted,
        confidence=prediction.confidence,
        model=prediction.model,
        sha256=prediction.sha256,
    )


def predict(image: np.ndarray, name: str | None, models: ModelRegistry) -> FeedbackPrediction:
    """What the model of this name, or the default one, predicts for an image, uint8 (28, 28). Empty without a default.

    Raises ModelNotFound.
    """
    if name is None and models.default is None:
        return FeedbackPrediction()
    model = models.find(name)
    probabilities = model.predictor.predict(image[None]).probabilities[0]
    winner = int(probabilities.argmax())
    confidence = round(float(probabilities[winner]), PROBABILITY_DECIMALS)
    return FeedbackPrediction(model.predictor.card.labels[winner], confidence, model.name, model.sha256)
