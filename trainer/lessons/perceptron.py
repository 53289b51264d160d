"""The perceptron of a lesson: 36 bits, 12 sigmoid units, one sigmoid unit per label."""

from typing import Any

import numpy as np

from trainer.networks.bitmap import BITMAP_SIDE, HIDDEN_UNITS, to_bitmap

Array = np.ndarray

SIZE = BITMAP_SIDE
NETWORK = "perceptron"
"""The network of `trainer fit` with the same layers."""

LEARNING_RATE = 0.5
MAX_REPEATS = 1_000
"""Steps that take 15 ms; a response should take less than 100 ms, even while a fit uses all cores."""

FIT_SETTINGS = {"epochs": 40, "augmentation": "affine"}
"""Settings of a fit on a lesson's drawings that differ from the recipe."""


def weight_shapes(labels: int) -> list[tuple[int, ...]]:
    """Shapes of the weights: kernel and bias of the hidden units, kernel and bias of the outputs."""
    return [(SIZE * SIZE, HIDDEN_UNITS), (HIDDEN_UNITS,), (HIDDEN_UNITS, labels), (labels,)]


def initial_weights(labels: int, rng: np.random.Generator) -> list[Array]:
    """All weights and biases uniform from -0.5 to 0.5."""
    return [rng.uniform(-0.5, 0.5, shape).astype(np.float32) for shape in weight_shapes(labels)]


def preprocess(image: Array) -> Array:
    """Network inputs for an image, uint8 (28, 28): its bitmap as float32 (36,)."""
    return to_bitmap(image).ravel().astype(np.float32)


def to_bits(image: Array) -> Array:
    """The bitmap of an image, uint8 (28, 28): bool (6, 6)."""
    return to_bitmap(image)


def predict(weights: list[Array], inputs: Array) -> Array:
    """Probabilities, float32 (labels,): the outputs. They don't sum to 1."""
    return _forward(weights, inputs)[1]


def loss(weights: list[Array], inputs: Array, target: int) -> float:
    """Half the squared error of the outputs; the target output should be 1, the others 0."""
    return float(np.square(_forward(weights, inputs)[1] - _one_hot(weights, target)).sum() / 2)


def train_step(weights: list[Array], inputs: Array, target: int, learning_rate: float) -> None:
    """One step of gradient descent on one example; updates the weights in place."""
    first, first_bias, second, second_bias = weights
    hidden, outputs = _forward(weights, inputs)
    output_gradient = (outputs - _one_hot(weights, target)) * outputs * (1 - outputs)  # (labels,)
    hidden_gradient = (second @ output_gradient) * hidden * (1 - hidden)  # (12,)
    rate = np.float32(learning_rate)
    second -= rate * np.outer(hidden, output_gradient)
    second_bias -= rate * output_gradient
    first -= rate * np.outer(inputs, hidden_gradient)
    first_bias -= rate * hidden_gradient


def inspect(weights: list[Array], inputs: Array | None) -> dict[str, Any]:
    """All weights, kernels as [input][output]; with inputs, also the activations of every unit."""
    first, first_bias, second, second_bias = weights
    description: dict[str, Any] = {
        "weights": {
            "hidden": {"kernel": first, "bias": first_bias},
            "outputs": {"kernel": second, "bias": second_bias},
        }
    }
    if inputs is not None:
        hidden, outputs = _forward(weights, inputs)
        description["activations"] = {"bits": inputs.astype(np.uint8), "hidden": hidden, "outputs": outputs}
    return description


def _forward(weights: list[Array], inputs: Array) -> tuple[Array, Array]:
    first, first_bias, second, second_bias = weights
    hidden = _sigmoid(inputs @ first + first_bias)
    return hidden, _sigmoid(hidden @ second + second_bias)


def _sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), without overflow."""
    return np.float32(0.5) * (np.tanh(np.float32(0.5) * x) + np.float32(1))


def _one_hot(weights: list[Array], target: int) -> Array:
    expected = np.zeros(weights[3].shape, np.float32)
    expected[target] = 1
    return expected
