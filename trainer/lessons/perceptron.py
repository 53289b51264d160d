"""The perceptron of a lesson: 36 bits, 12 sigmoid neurons, one sigmoid neuron a label."""

from typing import Any

import numpy as np

from trainer.networks.bitmap import BITMAP_SIDE, HIDDEN, bitmap

Array = np.ndarray

SIZE = BITMAP_SIDE
NETWORK = "perceptron"
"""Its name among the networks of a fit."""

LEARNING_RATE = 0.5
MOST_REPEATS = 1_000
"""Steps that are done in 15 ms; an answer should not take 100, not even beside a fit that takes all cores."""

FIT = {"epochs": 40, "augment": "affine"}
"""What a fit on a lesson's drawings has instead of its recipe's."""


def shapes(labels: int) -> list[tuple[int, ...]]:
    """Shapes of the weights: kernel and bias of the hidden neurons, kernel and bias of the outputs."""
    return [(SIZE * SIZE, HIDDEN), (HIDDEN,), (HIDDEN, labels), (labels,)]


def first_weights(labels: int, rng: np.random.Generator) -> list[Array]:
    """Kernels drawn as Keras draws a dense layer's (Glorot & Bengio 2010), biases of 0."""

    def drawn(shape: tuple[int, ...]) -> Array:
        if len(shape) == 1:
            return np.zeros(shape, np.float32)
        extent = np.sqrt(6 / sum(shape))
        return rng.uniform(-extent, extent, shape).astype(np.float32)

    return [drawn(shape) for shape in shapes(labels)]


def see(crop: Array) -> Array:
    """What the network sees of a crop, uint8 (24, 24): bits, float32 (36,)."""
    return bitmap(crop).ravel().astype(np.float32)


def bits(crop: Array) -> Array:
    """The bitmap of a crop, uint8 (24, 24): bool (6, 6), the very bits that the network sees."""
    return bitmap(crop)


def answer(weights: list[Array], seen: Array) -> Array:
    """Probabilities, float32 (labels,): each output's share of their sum."""
    outputs = _forward(weights, seen)[1]
    return outputs / max(outputs.sum(), np.float32(1e-30))


def loss(weights: list[Array], seen: Array, target: int) -> float:
    """Half of the squared distance of the outputs from 1 for the target and 0 for the others."""
    return float(np.square(_forward(weights, seen)[1] - _wanted(weights, target)).sum() / 2)


def step(weights: list[Array], seen: Array, target: int, rate: float) -> None:
    """One step of gradient descent on one example, in place."""
    first, first_bias, second, second_bias = weights
    hidden, outputs = _forward(weights, seen)
    to_outputs = (outputs - _wanted(weights, target)) * outputs * (1 - outputs)  # (labels,)
    to_hidden = (second @ to_outputs) * hidden * (1 - hidden)  # (12,)
    rate = np.float32(rate)
    second -= rate * np.outer(hidden, to_outputs)
    second_bias -= rate * to_outputs
    first -= rate * np.outer(seen, to_hidden)
    first_bias -= rate * to_hidden


def inside(weights: list[Array], seen: Array | None) -> dict[str, Any]:
    """All weights, [from][to] and a bias a neuron; and what every neuron answers to what it sees, where that is given."""
    first, first_bias, second, second_bias = weights
    told: dict[str, Any] = {
        "weights": {
            "hidden": {"kernel": first, "bias": first_bias},
            "outputs": {"kernel": second, "bias": second_bias},
        }
    }
    if seen is not None:
        hidden, outputs = _forward(weights, seen)
        told["activations"] = {"bits": seen.astype(np.uint8), "hidden": hidden, "outputs": outputs}
    return told


def _forward(weights: list[Array], seen: Array) -> tuple[Array, Array]:
    first, first_bias, second, second_bias = weights
    hidden = _sigmoid(seen @ first + first_bias)
    return hidden, _sigmoid(hidden @ second + second_bias)


def _sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), in a form that never overflows."""
    return np.float32(0.5) * (np.tanh(np.float32(0.5) * x) + np.float32(1))


def _wanted(weights: list[Array], target: int) -> Array:
    wanted = np.zeros(weights[3].shape, np.float32)
    wanted[target] = 1
    return wanted
