"""The networks that a lesson can have, by name, and the serialization of their weights."""

import math
from types import ModuleType

import numpy as np

from trainer.lessons import cnn, perceptron

LESSON_NETWORKS: dict[str, ModuleType] = {"perceptron": perceptron, "cnn": cnn}
"""Each module has the functions preprocess, to_bits, predict, loss, train_step, inspect, weight_shapes and initial_weights."""


def initialize_weights(network: str, labels: int, seed: int) -> list[np.ndarray]:
    """Random initial weights, determined by the seed."""
    return LESSON_NETWORKS[network].initial_weights(labels, np.random.default_rng(seed))


def weights_to_bytes(weights: list[np.ndarray]) -> bytes:
    """Weights as float32, little-endian, one array after the other."""
    return b"".join(weight.astype("<f4").tobytes() for weight in weights)


def weights_from_bytes(data: bytes, network: str, labels: int) -> list[np.ndarray]:
    """The inverse of `weights_to_bytes`, as writable arrays. Raises ValueError for a wrong number of values."""
    values = np.frombuffer(data, "<f4").astype(np.float32)
    shapes = LESSON_NETWORKS[network].weight_shapes(labels)
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    if len(values) != ends[-1]:
        raise ValueError(f"{len(values)} values for {ends[-1]} weights")
    return [part.reshape(shape) for part, shape in zip(np.split(values, ends[:-1]), shapes, strict=True)]
