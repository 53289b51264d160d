"""Distillation: a network learns from the labels and from what its teachers answer (Hinton, Vinyals, Dean 2015)."""

from collections.abc import Callable, Sequence

import keras
from keras import ops

from trainer.runs.keras_predictor import best_network
from trainer.runs.run import Run

SMALLEST = 1e-30
"""Probabilities below count as this; their logarithms stay finite."""


class Teachers(keras.layers.Layer):
    """Crops, float32 (n, 24, 24, 1) -> the mean of some runs' probabilities while training, else zeros: float32 (n, labels).

    So each step learns from answers to the very crops that the student sees, and validation costs no teacher's pass. The
    teachers answer with their best weights, at their own temperatures, and never change. They compute in the number format
    that the fit computes in.
    """

    def __init__(self, runs: Sequence[Run]):
        super().__init__(name="teachers", dtype="float32", autocast=False)
        networks = [best_network(run) for run in runs]
        self.networks = [network.layers for network in networks]
        self.answers = [network.probabilities for network in networks]
        self.labels = len(runs[0].data["labels"])
        self.trainable = False  # of the networks, too: neither a gradient nor a penalty on kernels is taken

    def call(self, crops, training=False):
        """Answer crops."""
        if not training:
            return ops.zeros((ops.shape(crops)[0], self.labels), "float32")
        each = [
            probabilities(network(crops, training=False))
            for network, probabilities in zip(self.networks, self.answers, strict=True)
        ]
        return sum(each) / len(each)

    def compute_output_shape(self, shape):
        """(n, labels)."""
        return (shape[0], self.labels)


def taught(loss: Callable, labels: int, teaching: float, softening: float) -> Callable:
    """A loss over (n, 2 * labels): a student's logits with its teachers' probabilities, or zeros, beside them -> (n,).

    `teaching` is the share of the divergence from the teachers, the rest that of `loss`; both are 0 where the student is
    perfect. An image that is none of the labels, and one without a teacher's answer, has `loss` alone. `softening` divides the
    logits of both; as that divides gradients by its square, they are multiplied by it, and `teaching` keeps its meaning.
    """

    def mixed(targets, outputs):
        outputs = ops.cast(outputs, "float32")
        logits, wanted = outputs[:, :labels], outputs[:, labels:]
        counts = ops.logical_and(ops.reshape(targets, (-1,)) < labels, ops.sum(wanted, -1) > 0.5)
        share = ops.where(counts, teaching, 0.0)
        return (1 - share) * loss(targets, logits) + share * divergence(wanted, logits, softening)

    return mixed


def divergence(wanted, logits, softening: float):
    """The Kullback-Leibler divergence of a softmax of logits from probabilities, both (n, labels), softened: (n,)."""
    wanted = ops.log(ops.maximum(wanted, SMALLEST))
    wanted = ops.log_softmax(wanted / softening)
    return ops.sum(ops.exp(wanted) * (wanted - ops.log_softmax(logits / softening)), -1) * softening**2
