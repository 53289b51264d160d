"""Occlusion: where on an image the evidence for each label lies, found by covering one place after the other with paper.

The method is that of Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks", section 4.2. What is
told of a place is the weight of evidence of Robnik-Šikonja and Kononenko 2008, "Explaining Classifications For Individual
Instances": by how many bits the label's log-odds drop when the place is covered. A probability near 1 or 0 would hide it.
"""

import numpy as np

from inkling.imaging.normalization import IMAGE_SIDE
from inkling.models.confidence import SMALLEST
from inkling.models.predictor import Predictor

PATCH = 5
"""Side of what is covered, in pixels: a stroke is two or three wide."""

STEP = 2
"""Pixels from one place to the next. At 1, four crops of the shipped model would take 25 ms in place of 6."""

MOST_CROPS = 9
"""Of a card that averages over more, only the centre crop is asked: answers would take seconds."""

CORNERS = np.arange(1 - PATCH, IMAGE_SIDE, STEP)
"""Tops, and lefts, of the places; the outer ones lie partly outside, so that every pixel is covered alike."""


def _shares() -> np.ndarray:
    """How much each of the places tells of each pixel along one axis, float32 (28, places): more, the nearer to its middle."""
    middles = CORNERS + (PATCH - 1) / 2
    near = np.maximum(0, (PATCH + 1) / 2 - np.abs(np.arange(IMAGE_SIDE)[:, None] - middles))
    return (near / near.sum(1, keepdims=True)).astype(np.float32)


SHARES = _shares()


def crops_for(predictor: Predictor) -> str:
    """Which choice of crops the evidence is averaged over: the card's where they are few, else the centre one."""
    return "4" if len(predictor.card.offsets) <= MOST_CROPS else "1"


def find_evidence(predictor: Predictor, image: np.ndarray) -> np.ndarray:
    """The evidence for each label in an image, uint8 (28, 28): float32 (labels, 28, 28), in bits; below 0 it is against it.

    A pixel's evidence is the mean over the places that cover it, weighted by how near their middle it lies. Where there is no
    ink, nothing can be covered: 0.
    """
    places, images = covered(image)
    odds = log_odds(predictor.predict(images, crops_for(predictor)).probabilities)
    drops = np.zeros((odds.shape[1], *places.shape), np.float32)
    drops[:, places] = (odds[-1] - odds[:-1]).T
    return SHARES @ drops @ SHARES.T  # (28, places) @ (labels, places, places) @ (places, 28) -> (labels, 28, 28)


def covered(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which places hold ink, bool (places, places); the image with each covered, and as it is, uint8 (n + 1, 28, 28)."""
    places = _inked(image)
    tops, lefts = np.nonzero(places)
    images = np.repeat(image[None], len(tops) + 1, 0)
    for number, (top, left) in enumerate(zip(CORNERS[tops], CORNERS[lefts], strict=True)):
        images[number, max(0, top) : top + PATCH, max(0, left) : left + PATCH] = 0
    return places, images


def log_odds(probabilities: np.ndarray) -> np.ndarray:
    """Probabilities, float32 (n, labels) -> log2 of each over the sum of all others, float64 (n, labels).

    The others are added up, as 1 less a probability near 1 is rounding.
    """
    sure = np.maximum(probabilities.astype(np.float64), SMALLEST)
    return np.log2(sure / (sure.sum(1, keepdims=True) - sure))


def _inked(image: np.ndarray) -> np.ndarray:
    """Which places hold ink: bool (places, places)."""
    sums = np.zeros((IMAGE_SIDE + 1, IMAGE_SIDE + 1), np.int64)
    sums[1:, 1:] = image.cumsum(0, dtype=np.int64).cumsum(1)
    first, last = np.maximum(CORNERS, 0), np.minimum(CORNERS + PATCH, IMAGE_SIDE)
    inside = sums[np.ix_(last, last)] - sums[np.ix_(first, last)] - sums[np.ix_(last, first)] + sums[np.ix_(first, first)]
    return inside > 0
