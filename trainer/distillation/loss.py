"""The distillation loss: a network learns from labels and from its teachers' predictions (Hinton, Vinyals, Dean 2015)."""

from collections.abc import Callable, Sequence

import keras
from keras import ops

from trainer.runs.keras_predictor import load_best_network
from trainer.runs.run import Run

MIN_PROBABILITY = 1e-30
"""Probabilities are clipped to this, so that logarithms are finite."""


class TeacherEnsemble(keras.layers.Layer):
    """Crops, float32 (n, size, size, 1) -> in training the teachers' mean probabilities, else zeros: float32 (n, labels).

    Each step learns from predictions for the very crops that the student gets; validation runs no teacher. The teachers use
    their best weights and their own temperatures, never change, and compute in the fit's number format.
    """

    def __init__(self, runs: Sequence[Run]):
        super().__init__(name="teachers", dtype="float32", autocast=False)
        networks = [load_best_network(run) for run in runs]
        self.models = [network.model for network in networks]
        self.probabilities = [network.probabilities for network in networks]
        self.labels = len(runs[0].data["labels"])
        self.trainable = False  # includes the teachers' layers: no gradients and no penalty on kernels

    def call(self, crops, training=False):
        """Predict crops."""
        if not training:
            return ops.zeros((ops.shape(crops)[0], self.labels), "float32")
        each = [
            probabilities(model(crops, training=False))
            for model, probabilities in zip(self.models, self.probabilities, strict=True)
        ]
        return sum(each) / len(each)

    def compute_output_shape(self, shape):
        """Return (n, labels)."""
        return (shape[0], self.labels)


def distillation_loss(label_loss: Callable, labels: int, weight: float, temperature: float) -> Callable:
    """Return the loss (targets, outputs) -> (n,); outputs, (n, 2 * labels): student logits, then teacher probabilities or
    zeros.

    weight: of the divergence from the teachers; the rest is `label_loss`. Both are 0 for a perfect student. Outliers, and
    images without teacher probabilities, have `label_loss` alone. temperature: divides both logits; since that divides
    gradients by its square, the divergence is multiplied by it, so that `weight` keeps its meaning.
    """

    def mixed_loss(targets, outputs):
        outputs = ops.cast(outputs, "float32")
        logits, teacher = outputs[:, :labels], outputs[:, labels:]
        is_taught = ops.logical_and(ops.reshape(targets, (-1,)) < labels, ops.sum(teacher, -1) > 0.5)
        share = ops.where(is_taught, weight, 0.0)
        return (1 - share) * label_loss(targets, logits) + share * kl_divergence(teacher, logits, temperature)

    return mixed_loss


def kl_divergence(probabilities, logits, temperature: float):
    """Return the Kullback-Leibler divergence of softmax(logits) from probabilities, both (n, labels), at a temperature:
    (n,)."""
    log_teacher = ops.log(ops.maximum(probabilities, MIN_PROBABILITY))
    log_teacher = ops.log_softmax(log_teacher / temperature)
    return ops.sum(ops.exp(log_teacher) * (log_teacher - ops.log_softmax(logits / temperature)), -1) * temperature**2
