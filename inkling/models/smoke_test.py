"""The smoke picture: one drawing that every model answers at export, at start and in `server check`."""

from pathlib import Path

import numpy as np

from inkling.errors import BadModel
from inkling.imaging.normalization import normalise
from inkling.imaging.strokes import render
from inkling.models.predictor import Predictor

STROKES = [np.array([[0, 0], [30, -2], [60, 0], [45, 35], [28, 70], [18, 110]], np.float64)]
"""A seven in one stroke, [x, y] with y down."""


def smoke_image() -> np.ndarray:
    """The smoke picture as an image, uint8 (28, 28)."""
    return normalise(render(STROKES))


def load_answering(path: Path) -> Predictor:
    """Load a model file and let it answer the smoke picture. Raises BadModel."""
    predictor = Predictor(path)
    try:
        probabilities = predictor.predict(smoke_image()[None]).probabilities
    except Exception as error:  # the runtime raises a dozen types of its own, none of them public
        raise BadModel(f"{path.name}: Expected an answer to the smoke picture. Received a failure of the runtime.") from error
    if not np.isfinite(probabilities).all() or abs(probabilities.sum() - 1) > 1e-3:
        raise BadModel(f"{path.name}: Expected probabilities that sum to 1. Received others for the smoke picture.")
    return predictor
