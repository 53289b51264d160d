"""The response of a lesson's network to an image."""

from typing import Any

import numpy as np

from trainer.lessons.registry import LESSON_NETWORKS, center_crop
from trainer.networks.bitmap import bitmap_to_text


def inspect_prediction(lesson: dict[str, Any], weights: list[np.ndarray], image: np.ndarray) -> dict[str, Any]:
    """The prediction for an image, uint8 (28, 28), with the image, its bits, and the network's weights and activations."""
    network, crop = LESSON_NETWORKS[lesson["network"]], center_crop(image)
    inputs = network.preprocess(crop)
    probabilities = network.predict(weights, inputs)
    winner = int(probabilities.argmax())
    return {
        "lesson": lesson["id"],
        "labels": lesson["labels"],
        "label": lesson["labels"][winner],
        "confidence": float(probabilities[winner]),
        "probabilities": probabilities,
        "image": image,
        "bits": bitmap_to_text(network.to_bits(crop)),
        **network.inspect(weights, inputs),
    }
