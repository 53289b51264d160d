"""Network: layers, the loss they are trained with, and what makes probabilities of their outputs."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import keras
from keras import ops

from trainer.networks.assemble import assemble
from trainer.networks.plan import plan
from trainer.settings import FitSettings

OFFSETS = [(1, 1), (1, 3), (3, 1), (3, 3)]
"""Windows averaged by default: the four inner ones score better than the centre or the corners (see benchmarks)."""

SHARES = ("perceptron",)
"""Networks whose outputs are activations from 0 to 1, not logits."""


@dataclass(frozen=True)
class Network:
    """layers: a Functional model, float32 (n, 24, 24, 1) -> outputs, float32 (n, labels).

    loss: (targets int (n,), outputs (n, labels)) -> (n,); the target "number of labels" stands for none of them.
    probabilities: outputs -> rows that sum to 1.
    """

    layers: keras.Model
    loss: Callable
    probabilities: Callable


def has_temperature(settings: FitSettings) -> bool:
    """Whether the network ends in a softmax, whose logits a temperature may divide."""
    return settings.network not in SHARES


def build(settings: FitSettings, labels: int, temperature: float = 1.0) -> Network:
    """Build the network that the settings name, with fresh weights.

    temperature: what logits are divided by before the softmax (Guo, Pleiss, Sun, Weinberger 2017); it changes how sure an
    answer is, never which. A network without a softmax has none.
    """
    layers = assemble(plan(settings, labels), settings)
    error = cross_entropy if has_temperature(settings) else squared_error

    def loss(targets, outputs):
        return error(targets, outputs, settings.label_smoothing)

    def calibrated(logits):
        return softmax(logits if temperature == 1 else logits / temperature)

    return Network(layers, loss, calibrated if has_temperature(settings) else share)


def cross_entropy(targets, logits, smoothing: float = 0.0):
    """Softmax cross-entropy of each example, (n,).

    For none of the labels its least, the logarithm of their number, is taken off: 0 is perfect there as well, so that losses
    with and without such examples compare. What is left is the divergence of the answer from the uniform one.
    """
    logits = ops.cast(logits, "float32")
    labels = logits.shape[-1]
    loss = -ops.sum(_wanted(targets, labels, smoothing) * ops.log_softmax(logits), -1)
    return loss - ops.where(_none(targets, labels), math.log(labels), 0.0)


def squared_error(targets, activations, smoothing: float = 0.0):
    """Half of the squared distance from the one-hot target, (n,): the error that back-propagation was first taught with."""
    activations = ops.cast(activations, "float32")
    return ops.sum(ops.square(activations - _wanted(targets, activations.shape[-1], smoothing)), -1) / 2


def _wanted(targets, labels: int, smoothing: float):
    """(n,) -> (n, labels): one-hot, but for the share that is spread over all labels; for none of them, spread evenly."""
    index = ops.minimum(ops.reshape(targets, (-1,)), labels - 1)  # a backend may refuse an index beyond the labels
    wanted = ops.one_hot(index, labels, dtype="float32") * (1 - smoothing) + smoothing / labels
    return ops.where(_none(targets, labels)[:, None], 1 / labels, wanted)


def _none(targets, labels: int):
    """Which targets stand for none of the labels: bool (n,)."""
    return ops.reshape(targets, (-1,)) >= labels


def softmax(logits):
    """Logits -> probabilities."""
    return ops.softmax(ops.cast(logits, "float32"))


def share(activations):
    """Sigmoid activations -> probabilities: each one's share of their sum."""
    activations = ops.cast(activations, "float32")
    return activations / ops.maximum(ops.sum(activations, -1, keepdims=True), 1e-30)
