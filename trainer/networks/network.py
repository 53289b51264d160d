"""Network: a Keras model, its loss, and the function that turns its outputs into probabilities."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from trainer.networks.assemble import assemble
from trainer.networks.inputs import INPUTS, InputCrops
from trainer.networks.plan import plan_network
from trainer.settings import FitSettings

SIGMOID_NETWORKS = ("perceptron",)
"""Networks whose outputs are sigmoid activations rather than logits. They are the probabilities, each for itself."""


@dataclass(frozen=True)
class Network:
    """model: a Functional model, float32 (n, size, size, 1) -> outputs, float32 (n, labels). crops: what it sees of an image.

    loss: (targets int (n,), outputs (n, labels)) -> (n,); a target equal to the number of labels marks an outlier.
    probabilities: outputs -> probabilities, float32 (n, labels). Those of a softmax sum to 1.
    """

    model: keras.Model
    crops: InputCrops
    loss: Callable[..., Any]
    probabilities: Callable[..., Any]

    def center_crops(self, images: np.ndarray) -> np.ndarray:
        """Images, uint8 (n, 28, 28) -> the model's input, their center crops, float32 (n, size, size, 1), 0 to 1."""
        return self.crops.center(images).astype(np.float32) / 255


def has_temperature(settings: FitSettings) -> bool:
    """Whether the network ends in a softmax, whose logits can be divided by a temperature."""
    return settings.network not in SIGMOID_NETWORKS


def build_network(settings: FitSettings, labels: int, temperature: float = 1.0) -> Network:
    """Build the network that the settings name, with fresh weights.

    temperature: divides the logits before the softmax (Guo, Pleiss, Sun, Weinberger 2017). It changes the confidence but never
    the predicted label. Ignored by a network without a softmax.
    """
    model = assemble(plan_network(settings, labels), settings)
    base_loss = cross_entropy if has_temperature(settings) else squared_error

    def loss(targets, outputs):
        return base_loss(targets, outputs, settings.label_smoothing)

    def calibrated_softmax(logits):
        return softmax(logits if temperature == 1 else logits / temperature)

    probabilities = calibrated_softmax if has_temperature(settings) else to_float32
    return Network(model, INPUTS[settings.network], loss, probabilities)


def cross_entropy(targets, logits, smoothing: float = 0.0):
    """Softmax cross-entropy of each example, (n,).

    Of an outlier, whose target distribution is uniform, the minimum log(labels) is subtracted: 0 is perfect there too, so
    losses with and without outliers are comparable. The rest is the divergence of the prediction from the uniform distribution.
    """
    logits = ops.cast(logits, "float32")
    labels = logits.shape[-1]
    loss = -ops.sum(_target_distribution(targets, labels, smoothing) * ops.log_softmax(logits), -1)
    return loss - ops.where(_is_outlier(targets, labels), math.log(labels), 0.0)


def squared_error(targets, activations, smoothing: float = 0.0):
    """Half the squared distance from the one-hot target, (n,): the error of the original back-propagation."""
    activations = ops.cast(activations, "float32")
    return ops.sum(ops.square(activations - _target_distribution(targets, activations.shape[-1], smoothing)), -1) / 2


def _target_distribution(targets, labels: int, smoothing: float):
    """(n,) -> (n, labels): one-hot with label smoothing; uniform for outliers."""
    index = ops.minimum(ops.reshape(targets, (-1,)), labels - 1)  # some backends refuse an index beyond the labels
    smoothed = ops.one_hot(index, labels, dtype="float32") * (1 - smoothing) + smoothing / labels
    return ops.where(_is_outlier(targets, labels)[:, None], 1 / labels, smoothed)


def _is_outlier(targets, labels: int):
    """Which targets mark an outlier: bool (n,)."""
    return ops.reshape(targets, (-1,)) >= labels


def softmax(logits):
    """Logits -> probabilities."""
    return ops.softmax(ops.cast(logits, "float32"))


def to_float32(activations):
    """Sigmoid activations -> probabilities: the same."""
    return ops.cast(activations, "float32")
