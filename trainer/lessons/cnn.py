"""The CNN of a lesson: conv 5×5×8, pool, conv 5×5×16, pool, dense, on the 24×24 crop: the layers of the network `tfjs`."""

from typing import Any, NamedTuple

import numpy as np

from trainer.lessons.convolution import back_through_pool, back_to_input, columns, pool
from trainer.networks.crop import CROP_SIZE

Array = np.ndarray

SIZE = CROP_SIZE
NETWORK = "tfjs"
"""Its name among the networks of a fit."""

LEARNING_RATE = 0.05
MOST_REPEATS = 50
"""Steps that are done in 10 ms, or in 60 beside a fit that takes all cores; an answer should not take 100."""

FIT = {"epochs": 40, "augment": "elastic", "batch_size": 16, "learning_rate": 0.003}
"""What a fit on a lesson's drawings has instead of its recipe's."""

KERNEL, FIRST, SECOND = 5, 8, 16
POOLED = 3 * 3 * SECOND
INK = 128
"""Grey level from which on a bit is set."""

CUT = 0.87962566103423978
"""Standard deviation of a normal distribution that is cut off at two of its own."""


class Passed(NamedTuple):
    """What a forward pass leaves for the way back."""

    first: Array  # (20, 20, 8)
    which_first: Array  # (10, 10, 8)
    windows: Array  # (36, 200)
    second: Array  # (6, 6, 16)
    which_second: Array  # (3, 3, 16)
    features: Array  # (144,)
    probabilities: Array  # (labels,)


def shapes(labels: int) -> list[tuple[int, ...]]:
    """Shapes of the weights: kernel and bias of both convolutions and of the dense layer."""
    kernels = (KERNEL, KERNEL, 1, FIRST), (KERNEL, KERNEL, FIRST, SECOND), (POOLED, labels)
    return [shape for kernel in kernels for shape in (kernel, kernel[-1:])]


def first_weights(labels: int, rng: np.random.Generator) -> list[Array]:
    """Kernels drawn by variance scaling, from a normal distribution that is cut off at two standard deviations; biases of 0."""

    def drawn(shape: tuple[int, ...]) -> Array:
        if len(shape) == 1:
            return np.zeros(shape, np.float32)
        values = rng.standard_normal(shape)
        while (far := np.abs(values) > 2).any():
            values[far] = rng.standard_normal(int(far.sum()))
        return (values / CUT / np.sqrt(np.prod(shape[:-1]))).astype(np.float32)

    return [drawn(shape) for shape in shapes(labels)]


def see(crop: Array) -> Array:
    """What the network sees of a crop, uint8 (24, 24): its windows of 5×5, float32 (400, 25), 0 = paper, 1 = ink."""
    return columns((crop.astype(np.float32) / 255)[..., None], KERNEL)


def bits(crop: Array) -> Array:
    """Where a crop, uint8 (24, 24), is ink: bool (24, 24). The network itself sees its greys."""
    return crop >= INK


def answer(weights: list[Array], seen: Array) -> Array:
    """Probabilities, float32 (labels,)."""
    return _forward(weights, seen).probabilities


def loss(weights: list[Array], seen: Array, target: int) -> float:
    """The cross-entropy of the target; that of 1e-30 where it is held impossible."""
    return float(-np.log(np.maximum(answer(weights, seen)[target], np.float32(1e-30))))


def step(weights: list[Array], seen: Array, target: int, rate: float) -> None:
    """One step of gradient descent on one example, in place."""
    first, first_bias, second, second_bias, dense, dense_bias = weights
    passed = _forward(weights, seen)
    to_logits = passed.probabilities.copy()
    to_logits[target] -= 1
    to_second = (dense @ to_logits).reshape(passed.which_second.shape)
    to_second = back_through_pool(to_second, passed.which_second) * (passed.second > 0)  # (6, 6, 16)
    to_first = back_through_pool(back_to_input(to_second, second), passed.which_first) * (passed.first > 0)  # (20, 20, 8)
    to_second, to_first = to_second.reshape(-1, SECOND), to_first.reshape(-1, FIRST)
    rate = np.float32(rate)
    dense -= rate * np.outer(passed.features, to_logits)
    dense_bias -= rate * to_logits
    second -= rate * (passed.windows.T @ to_second).reshape(second.shape)
    second_bias -= rate * to_second.sum(0)
    first -= rate * (seen.T @ to_first).reshape(first.shape)
    first_bias -= rate * to_first.sum(0)


def inside(weights: list[Array], seen: Array | None) -> dict[str, Any]:  # noqa: ARG001 as every network of a lesson
    """The first kernels and their biases, the weights that are pictures; its thousands of other connections are none."""
    return {"weights": {"conv1": {"kernel": weights[0], "bias": weights[1]}}}


def _forward(weights: list[Array], seen: Array) -> Passed:
    first, first_bias, second, second_bias, dense, dense_bias = weights
    side = SIZE - KERNEL + 1
    maps = np.maximum(seen @ first.reshape(-1, FIRST) + first_bias, 0).reshape(side, side, FIRST)
    pooled, which_first = pool(maps)
    windows, side = columns(pooled, KERNEL), len(pooled) - KERNEL + 1
    deep = np.maximum(windows @ second.reshape(-1, SECOND) + second_bias, 0).reshape(side, side, SECOND)
    features, which_second = pool(deep)
    features = features.ravel()
    logits = features @ dense + dense_bias
    powers = np.exp(logits - logits.max())
    return Passed(maps, which_first, windows, deep, which_second, features, powers / powers.sum())
