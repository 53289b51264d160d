"""Network: layers, the loss they are trained with, and what makes probabilities of their outputs."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
from keras import ops

from trainer.networks import convnetjs, inkling, perceptron, tfjs
from trainer.settings import FitSettings

CROP_SIZE = 24
OFFSETS = [(1, 1), (1, 3), (3, 1), (3, 3)]
"""Windows averaged by default: the four inner ones score better than the centre or the corners (see benchmarks)."""

BUILDERS = {module.__name__.rpartition(".")[2]: module for module in (inkling, tfjs, convnetjs, perceptron)}


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
    layers = BUILDERS[settings.network].build(labels, (CROP_SIZE, CROP_SIZE, 1), settings)
    if settings.network == "perceptron":
        return Network(layers, squared_error, share)
    smoothing = settings.label_smoothing

    def loss(targets, outputs):
        return cross_entropy(targets, outputs, smoothing)

    return Network(layers, loss, softmax)


def cross_entropy(targets, logits, smoothing: float = 0.0):
    """Softmax cross-entropy of each example, (n,)."""
    logits = ops.cast(logits, "float32")
    logarithms = ops.log_softmax(logits)
    wanted = ops.one_hot(ops.reshape(targets, (-1,)), logits.shape[-1], dtype="float32")
    wanted = wanted * (1 - smoothing) + smoothing / logits.shape[-1]
    return -ops.sum(wanted * logarithms, -1)


def squared_error(targets, activations):
    """Half of the squared distance from the one-hot target, (n,): the error that back-propagation was first taught with."""
    activations = ops.cast(activations, "float32")
    wanted = ops.one_hot(ops.reshape(targets, (-1,)), activations.shape[-1], dtype="float32")
    return ops.sum(ops.square(activations - wanted), -1) / 2


def softmax(logits):
    """Logits -> probabilities."""
    return ops.softmax(ops.cast(logits, "float32"))


def share(activations):
    """Sigmoid activations -> probabilities: each one's share of their sum."""
    activations = ops.cast(activations, "float32")
    return activations / ops.sum(activations, -1, keepdims=True)
