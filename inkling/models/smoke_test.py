"""Smoke test: one image that a model must predict as it did at export. It runs at export, at start and in `server check`."""

from pathlib import Path

import numpy as np

from inkling.errors import InvalidModel
from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import rasterize
from inkling.models.predictor import Predictor

SMOKE_STROKES = [np.array([[0, 0], [30, -2], [60, 0], [45, 35], [28, 70], [18, 110]], np.float64)]
"""One stroke, [x, y] with y down: the drawing for models whose card has no image."""

SMOKE_TOLERANCE = 0.01
"""Maximum difference of a probability from the export. Another processor or version of the runtime changes far less."""

TOLERANCE = 1e-3


def smoke_image() -> np.ndarray:
    """The drawing as an image, uint8 (28, 28)."""
    return normalize(rasterize(SMOKE_STROKES))


def smoke_image_of(predictor: Predictor) -> np.ndarray:
    """The image for a model's smoke test, uint8 (28, 28): the one in its card, or else the drawing."""
    return smoke_image() if predictor.card.smoke is None else predictor.card.smoke.image


def load_verified(path: Path) -> Predictor:
    """Load a model file and run the smoke test. Raises InvalidModel."""
    predictor = Predictor(path)
    try:
        (probabilities,) = predictor.predict(smoke_image_of(predictor)[None]).probabilities
    except Exception as error:  # the runtime raises a dozen exception types, none of them public
        raise InvalidModel(f"{path.name}: the runtime failed to predict the smoke image.") from error
    if not ((probabilities >= 0) & (probabilities <= 1 + TOLERANCE)).all():  # also if one isn't a number
        raise InvalidModel(f"{path.name}: the probabilities for the smoke image aren't between 0 and 1.")
    if predictor.card.sums_to_one and abs(probabilities.sum() - 1) > TOLERANCE:
        raise InvalidModel(f"{path.name}: the probabilities for the smoke image don't sum to 1.")
    smoke = predictor.card.smoke
    if smoke is not None and smoke.difference(probabilities) > SMOKE_TOLERANCE:
        raise InvalidModel(f"{path.name}: the prediction for the smoke image differs from the one at export.")
    return predictor
