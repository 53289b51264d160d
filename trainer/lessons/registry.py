"""The kinds of networks that a lesson can have, by name, and their weights as bytes."""

import math
from types import ModuleType

import numpy as np

from inkling.imaging.normalization import IMAGE_SIDE
from trainer.lessons import cnn, perceptron
from trainer.networks.crop import CROP_SIZE

KINDS: dict[str, ModuleType] = {"perceptron": perceptron, "cnn": cnn}
"""Each module has the same functions: see, bits, answer, loss, step, inside, shapes, first_weights."""

CROP_CORNER = ((IMAGE_SIDE - CROP_SIZE) // 2,) * 2
"""Top and left of the window that a lesson's network sees of an image: its centre."""


def crop_of(image: np.ndarray) -> np.ndarray:
    """The centre crop, uint8 (24, 24), of an image, uint8 (28, 28)."""
    top, left = CROP_CORNER
    return image[top : top + CROP_SIZE, left : left + CROP_SIZE]


def fresh(kind: str, labels: int, seed: int) -> list[np.ndarray]:
    """First weights of a network of some kind, decided by the seed."""
    return KINDS[kind].first_weights(labels, np.random.default_rng(seed))


def pack(weights: list[np.ndarray]) -> bytes:
    """Weights as bytes: float32, little-endian, one array after the other."""
    return b"".join(weight.astype("<f4").tobytes() for weight in weights)


def unpack(packed: bytes, kind: str, labels: int) -> list[np.ndarray]:
    """What `pack` has packed, as arrays that can be changed. Raises ValueError where the number of bytes is another."""
    values = np.frombuffer(packed, "<f4").astype(np.float32)
    shapes = KINDS[kind].shapes(labels)
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    if len(values) != ends[-1]:
        raise ValueError(f"{len(values)} weights of {ends[-1]}")
    return [part.reshape(shape) for part, shape in zip(np.split(values, ends[:-1]), shapes, strict=True)]
