"""The training metric: accuracy without outliers."""

import keras
from keras import ops


class Accuracy(keras.metrics.Mean):
    """Accuracy over the examples whose target is a label; a target equal to the number of labels marks an outlier."""

    def __init__(self, labels: int, name: str = "accuracy"):
        super().__init__(name)
        self.labels = labels

    def update_state(self, targets, outputs, sample_weight=None):  # noqa: ARG002 — the signature is Keras'; fits use no weights
        """Add a batch: targets int (n,), outputs (n, labels or more), of which the first `labels` are the network's."""
        outputs = outputs[:, : self.labels]
        targets = ops.reshape(ops.cast(targets, "int32"), (-1,))
        correct = ops.equal(ops.cast(ops.argmax(outputs, -1), "int32"), targets)
        has_label = targets < self.labels
        return super().update_state(ops.cast(correct, "float32"), sample_weight=ops.cast(has_label, "float32"))
