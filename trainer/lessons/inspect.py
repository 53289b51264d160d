"""A look at a lesson's network: what it makes of an image."""

from typing import Any

import numpy as np

from trainer.lessons.registry import KINDS, crop_of
from trainer.networks.bitmap import text_of


def look(lesson: dict[str, Any], weights: list[np.ndarray], image: np.ndarray) -> dict[str, Any]:
    """The answer to an image, uint8 (28, 28); that image and its bits; and all that is inside, where it is little."""
    kind, crop = KINDS[lesson["network"]], crop_of(image)
    seen = kind.see(crop)
    probabilities = kind.answer(weights, seen)
    winner = int(probabilities.argmax())
    return {
        "lesson": lesson["id"],
        "labels": lesson["labels"],
        "label": lesson["labels"][winner],
        "confidence": float(probabilities[winner]),
        "probabilities": probabilities,
        "image": image,
        "bits": text_of(kind.bits(crop)),
        **kind.inside(weights, seen),
    }
