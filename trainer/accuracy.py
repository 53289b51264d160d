"""Accuracy while training: the share of labelled examples that are read right. Outliers do not count."""

import keras
from keras import ops


class Accuracy(keras.metrics.Mean):
    """Over all examples whose target is one of the labels; the target "number of labels" stands for none of them."""

    def update_state(self, targets, outputs, sample_weight=None):  # noqa: ARG002 - Keras' signature; no fit of ours has weights
        """Count a batch: targets int (n,), outputs (n, labels)."""
        targets = ops.reshape(ops.cast(targets, "int32"), (-1,))
        right = ops.equal(ops.cast(ops.argmax(outputs, -1), "int32"), targets)
        labelled = targets < outputs.shape[-1]
        return super().update_state(ops.cast(right, "float32"), sample_weight=ops.cast(labelled, "float32"))
