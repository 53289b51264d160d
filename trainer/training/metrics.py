"""Accuracy while training: the share of labelled examples that are read right. Outliers do not count."""

import keras
from keras import ops


class Accuracy(keras.metrics.Mean):
    """Over all examples whose target is one of the labels; the target "number of labels" stands for none of them."""

    def __init__(self, labels: int, name: str = "accuracy"):
        super().__init__(name)
        self.labels = labels

    def update_state(self, targets, outputs, sample_weight=None):  # noqa: ARG002 - Keras' signature; no fit of ours has weights
        """Count a batch: targets int (n,), outputs (n, labels or more), of which the first are the network's."""
        outputs = outputs[:, : self.labels]
        targets = ops.reshape(ops.cast(targets, "int32"), (-1,))
        right = ops.equal(ops.cast(ops.argmax(outputs, -1), "int32"), targets)
        labelled = targets < self.labels
        return super().update_state(ops.cast(right, "float32"), sample_weight=ops.cast(labelled, "float32"))
