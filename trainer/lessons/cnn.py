"""The CNN of a lesson: conv 5×5×8, pool, conv 5×5×16, pool, dense, on the 28×28 image, as in the network `tfjs`."""

from typing import Any, NamedTuple

import numpy as np

from inkling.imaging.normalization import IMAGE_SIDE
from trainer.lessons.convolution import conv_input_gradient, extract_windows, max_pool, max_pool_gradient

Array = np.ndarray

SIZE = IMAGE_SIDE
NETWORK = "tfjs"
"""The network of `trainer fit` with the same layers."""

LEARNING_RATE = 0.05
MAX_REPEATS = 50
"""Steps that take 10 ms, or 60 ms while a fit uses all cores; a response should take less than 100 ms."""

FIT_SETTINGS = {"epochs": 40, "augmentation": "elastic", "batch_size": 16, "learning_rate": 0.003}
"""Settings of a fit on a lesson's drawings that differ from the recipe."""

KERNEL_SIZE, FILTERS_1, FILTERS_2 = 5, 8, 16
FEATURES = 4 * 4 * FILTERS_2
BIT_THRESHOLD = 128
"""Gray level from which a bit is set."""


class ForwardPass(NamedTuple):
    """Results of a forward pass that backpropagation needs."""

    first: Array  # (24, 24, 8)
    which_first: Array  # (12, 12, 8)
    windows: Array  # (64, 200)
    second: Array  # (8, 8, 16)
    which_second: Array  # (4, 4, 16)
    features: Array  # (256,)
    probabilities: Array  # (labels,)


def weight_shapes(labels: int) -> list[tuple[int, ...]]:
    """Shapes of the weights: kernel and bias of both convolutions and of the dense layer."""
    kernels = (KERNEL_SIZE, KERNEL_SIZE, 1, FILTERS_1), (KERNEL_SIZE, KERNEL_SIZE, FILTERS_1, FILTERS_2), (FEATURES, labels)
    return [shape for kernel in kernels for shape in (kernel, kernel[-1:])]


def initial_weights(labels: int, rng: np.random.Generator) -> list[Array]:
    """Kernels from a normal distribution with variance 1 / inputs, truncated at two standard deviations; zero biases."""

    def draw(shape: tuple[int, ...]) -> Array:
        if len(shape) == 1:
            return np.zeros(shape, np.float32)
        values = rng.standard_normal(shape)
        while (outside := np.abs(values) > 2).any():
            values[outside] = rng.standard_normal(int(outside.sum()))
        return (values / np.sqrt(np.prod(shape[:-1]))).astype(np.float32)

    return [draw(shape) for shape in weight_shapes(labels)]


def preprocess(image: Array) -> Array:
    """Network inputs for an image, uint8 (28, 28): its 5×5 windows, float32 (576, 25), 0 = paper, 1 = ink."""
    return extract_windows((image.astype(np.float32) / 255)[..., None], KERNEL_SIZE)


def to_bits(image: Array) -> Array:
    """An image, uint8 (28, 28), as bool (28, 28), for display. The network itself uses the gray levels."""
    return image >= BIT_THRESHOLD


def predict(weights: list[Array], inputs: Array) -> Array:
    """Probabilities, float32 (labels,)."""
    return _forward(weights, inputs).probabilities


def loss(weights: list[Array], inputs: Array, target: int) -> float:
    """Cross-entropy of the target; probabilities are clipped at 1e-30."""
    return float(-np.log(np.maximum(predict(weights, inputs)[target], np.float32(1e-30))))


def train_step(weights: list[Array], inputs: Array, target: int, learning_rate: float) -> None:
    """One step of gradient descent on one example; updates the weights in place."""
    first, first_bias, second, second_bias, dense, dense_bias = weights
    result = _forward(weights, inputs)
    logit_gradient = result.probabilities.copy()
    logit_gradient[target] -= 1
    gradient_2 = (dense @ logit_gradient).reshape(result.which_second.shape)
    gradient_2 = max_pool_gradient(gradient_2, result.which_second) * (result.second > 0)  # (8, 8, 16)
    gradient_1 = conv_input_gradient(gradient_2, second)  # (12, 12, 8)
    gradient_1 = max_pool_gradient(gradient_1, result.which_first) * (result.first > 0)  # (24, 24, 8)
    gradient_2, gradient_1 = gradient_2.reshape(-1, FILTERS_2), gradient_1.reshape(-1, FILTERS_1)
    rate = np.float32(learning_rate)
    dense -= rate * np.outer(result.features, logit_gradient)
    dense_bias -= rate * logit_gradient
    second -= rate * (result.windows.T @ gradient_2).reshape(second.shape)
    second_bias -= rate * gradient_2.sum(0)
    first -= rate * (inputs.T @ gradient_1).reshape(first.shape)
    first_bias -= rate * gradient_1.sum(0)


def inspect(weights: list[Array], inputs: Array | None) -> dict[str, Any]:  # noqa: ARG001 the signature of every lesson network
    """Kernels and biases of the first convolution; the other weights are too many to show."""
    return {"weights": {"conv1": {"kernel": weights[0], "bias": weights[1]}}}


def _forward(weights: list[Array], inputs: Array) -> ForwardPass:
    first, first_bias, second, second_bias, dense, dense_bias = weights
    side = SIZE - KERNEL_SIZE + 1
    maps = np.maximum(inputs @ first.reshape(-1, FILTERS_1) + first_bias, 0).reshape(side, side, FILTERS_1)
    pooled, which_first = max_pool(maps)
    windows, side = extract_windows(pooled, KERNEL_SIZE), len(pooled) - KERNEL_SIZE + 1
    deep = np.maximum(windows @ second.reshape(-1, FILTERS_2) + second_bias, 0).reshape(side, side, FILTERS_2)
    features, which_second = max_pool(deep)
    features = features.ravel()
    logits = features @ dense + dense_bias
    exponentials = np.exp(logits - logits.max())
    return ForwardPass(maps, which_first, windows, deep, which_second, features, exponentials / exponentials.sum())
