"""Smoke test: one drawing that every model must classify at export, at start and in `server check`."""

from pathlib import Path

import numpy as np

from inkling.errors import InvalidModel
from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import rasterize
from inkling.models.predictor import Predictor

SMOKE_STROKES = [np.array([[0, 0], [30, -2], [60, 0], [45, 35], [28, 70], [18, 110]], np.float64)]
"""A seven in one stroke, [x, y] with y down."""


def smoke_image() -> np.ndarray:
    """The drawing as an image, uint8 (28, 28)."""
    return normalize(rasterize(SMOKE_STROKES))


def load_verified(path: Path) -> Predictor:
    """Load a model file and run it on the smoke image. Raises InvalidModel."""
    predictor = Predictor(path)
    try:
        probabilities = predictor.predict(smoke_image()[None]).probabilities
    except Exception as error:  # the runtime raises a dozen exception types, none of them public
        raise InvalidModel(f"{path.name}: the runtime failed to predict the smoke image.") from error
    if not np.isfinite(probabilities).all() or abs(probabilities.sum() - 1) > 1e-3:
        raise InvalidModel(f"{path.name}: the probabilities for the smoke image don't sum to 1.")
    return predictor
