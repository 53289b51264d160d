"""Occlusion maps: how much each part of an image speaks for or against each label, measured by covering it.

The method is that of Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks", section 4.2. The value of
a patch is the weight of evidence of Robnik-Šikonja and Kononenko 2008, "Explaining Classifications For Individual Instances":
the number of bits by which the label's log-odds drop when the patch is covered. Probabilities near 0 or 1 would hide the
difference.
"""

from typing import Any

import numpy as np

from inkling.imaging.normalization import IMAGE_SIDE
from inkling.models.confidence import MIN_PROBABILITY
from inkling.models.predictor import Predictor

Image = np.ndarray[Any, np.dtype[np.uint8]]
Floats = np.ndarray[Any, np.dtype[np.float32]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

PATCH_SIZE = 5
"""Pixels per side of the covered patch. A stroke is two or three pixels wide."""

STRIDE = 2
"""Pixels from one patch to the next. With 1, four crops of the shipped model would take 25 ms instead of 6."""

MAX_CROPS = 9
"""If a model averages over more crops, only the center crop is used: otherwise a response would take seconds."""

PATCH_CORNERS = np.arange(1 - PATCH_SIZE, IMAGE_SIDE, STRIDE)
"""Top (and left) pixels of the patches. The outer ones are partly outside the image, so that every pixel is covered equally
often."""


def _pixel_weights() -> Floats:
    """The weight of each patch for each pixel along one axis, float32 (28, patches): the closer to its center, the higher."""
    centers = PATCH_CORNERS + (PATCH_SIZE - 1) / 2
    closeness = np.maximum(0, (PATCH_SIZE + 1) / 2 - np.abs(np.arange(IMAGE_SIDE)[:, None] - centers))
    weights: Floats = (closeness / closeness.sum(1, keepdims=True)).astype(np.float32)
    return weights


PIXEL_WEIGHTS = _pixel_weights()


def crop_choice(predictor: Predictor) -> str:
    """The crops that the map is averaged over: "4", those of the card, if there are few; else "1", the center crop."""
    return "4" if len(predictor.card.offsets) <= MAX_CROPS else "1"


def compute_occlusion_map(predictor: Predictor, image: Image) -> Floats:
    """Compute the map of each label for an image, uint8 (28, 28): float32 (labels, 28, 28), in bits; below 0 is against the
    label.

    The value of a pixel is the mean over the patches that cover it, weighted by their distance. It is 0 where there is no ink.
    """
    patches, images = cover_patches(image)
    odds = log_odds(predictor.predict(images, crop_choice(predictor)).probabilities)
    drops = np.zeros((odds.shape[1], *patches.shape), np.float32)
    drops[:, patches] = (odds[-1] - odds[:-1]).T
    occlusion_map: Floats = PIXEL_WEIGHTS @ drops @ PIXEL_WEIGHTS.T  # (28, p) @ (labels, p, p) @ (p, 28) -> (labels, 28, 28)
    return occlusion_map


def cover_patches(image: Image) -> tuple[Mask, Image]:
    """Return which patches contain ink, bool (p, p), and the image with each of them covered and as it is, uint8 (n + 1, 28,
    28)."""
    patches = _contain_ink(image)
    tops, lefts = np.nonzero(patches)
    images = np.repeat(image[None], len(tops) + 1, 0)
    for index, (top, left) in enumerate(zip(PATCH_CORNERS[tops], PATCH_CORNERS[lefts], strict=True)):
        images[index, max(0, top) : top + PATCH_SIZE, max(0, left) : left + PATCH_SIZE] = 0
    return patches, images


def log_odds(probabilities: Floats) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Probabilities, float32 (n, labels) -> log2 of each over the sum of all others, float64 (n, labels).

    The others are summed, because 1 minus a probability near 1 is rounding error.
    """
    clipped = np.maximum(probabilities.astype(np.float64), MIN_PROBABILITY)
    odds: np.ndarray[Any, np.dtype[np.float64]] = np.log2(clipped / (clipped.sum(1, keepdims=True) - clipped))
    return odds


def _contain_ink(image: Image) -> Mask:
    """Which patches contain ink: bool (p, p), from an integral image."""
    sums = np.zeros((IMAGE_SIDE + 1, IMAGE_SIDE + 1), np.int64)
    sums[1:, 1:] = image.cumsum(0, dtype=np.int64).cumsum(1)
    first, last = np.maximum(PATCH_CORNERS, 0), np.minimum(PATCH_CORNERS + PATCH_SIZE, IMAGE_SIDE)
    inside = sums[np.ix_(last, last)] - sums[np.ix_(first, last)] - sums[np.ix_(last, first)] + sums[np.ix_(first, first)]
    contain_ink: Mask = inside > 0
    return contain_ink
