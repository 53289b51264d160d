"""Network: layers, the loss they are trained with, and what makes probabilities of their outputs."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import keras
from keras import ops

from trainer.settings import NETWORKS, FitSettings

CROP_SIZE = 24
OFFSETS = [(1, 1), (1, 3), (3, 1), (3, 3)]
"""Windows averaged by default: the four inner ones score better than the centre or the corners (see benchmarks)."""

BUILDERS = {name: import_module(f"trainer.networks.{name}").build for name in NETWORKS}
"""Every network has a file of its name, with a function `build(labels, shape of a crop, settings)`."""


@dataclass(frozen=True)
class Network:
    """layers: a Functional model, float32 (n, 24, 24, 1) -> outputs, float32 (n, labels).

    loss: (targets int (n,), outputs (n, labels)) -> (n,). probabilities: outputs -> rows that sum to 1.
    """

    layers: keras.Model
    loss: Callable
    probabilities: Callable


def build(settings: FitSettings, labels: int) -> Network:
    """Build the network that the settings name, with fresh weights."""
    layers = BUILDERS[settings.network](labels, (CROP_SIZE, CROP_SIZE, 1), settings)
    error, probabilities = (squared_error, share) if settings.network == "perceptron" else (cross_entropy, softmax)

    def loss(targets, outputs):
        return error(targets, outputs, settings.label_smoothing)

    return Network(layers, loss, probabilities)


def cross_entropy(targets, logits, smoothing: float = 0.0):
    """Softmax cross-entropy of each example, (n,)."""
    logits = ops.cast(logits, "float32")
    logarithms = ops.log_softmax(logits)
    return -ops.sum(_wanted(targets, logits.shape[-1], smoothing) * logarithms, -1)


def squared_error(targets, activations, smoothing: float = 0.0):
    """Half of the squared distance from the one-hot target, (n,): the error that back-propagation was first taught with."""
    activations = ops.cast(activations, "float32")
    return ops.sum(ops.square(activations - _wanted(targets, activations.shape[-1], smoothing)), -1) / 2


def _wanted(targets, labels: int, smoothing: float):
    """(n,) -> (n, labels): one-hot, but for the share that is spread over all labels."""
    return ops.one_hot(ops.reshape(targets, (-1,)), labels, dtype="float32") * (1 - smoothing) + smoothing / labels


def softmax(logits):
    """Logits -> probabilities."""
    return ops.softmax(ops.cast(logits, "float32"))


def share(activations):
    """Sigmoid activations -> probabilities: each one's share of their sum."""
    activations = ops.cast(activations, "float32")
    return activations / ops.maximum(ops.sum(activations, -1, keepdims=True), 1e-30)
