"""The response of a lesson's network to an image."""

from typing import Any

import numpy as np

from trainer.lessons.registry import LESSON_NETWORKS
from trainer.networks.bitmap import bitmap_to_text


def inspect_prediction(lesson: dict[str, Any], weights: list[np.ndarray], image: np.ndarray) -> dict[str, Any]:
    """The prediction for an image, uint8 (28, 28), with the image, its bits, and the network's weights and activations."""
    network = LESSON_NETWORKS[lesson["network"]]
    inputs = network.preprocess(image)
    probabilities = network.predict(weights, inputs)
    winner = int(probabilities.argmax())
    return {
        "lesson": lesson["id"],
        "labels": lesson["labels"],
        "label": lesson["labels"][winner],
        "confidence": float(probabilities[winner]),
        "probabilities": probabilities,
        "image": image,
        "bits": bitmap_to_text(network.to_bits(image)),
        **network.inspect(weights, inputs),
    }
