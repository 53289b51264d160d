"""Steps: what Keras calls after every step of a fit."""

from collections.abc import Callable

import keras


class Steps(keras.callbacks.Callback):
    """Passes on the means over the images so far, and ends Keras' fit after a step that it is told to be the last."""

    def __init__(self, after: Callable[[dict[str, float]], bool]):
        """after: gets loss and accuracy; returns whether to go on."""
        super().__init__()
        self.after = after

    def on_train_batch_end(self, batch, logs=None):  # noqa: ARG002 — Keras' signature
        """A step is done."""
        if not self.after(logs):
            self.model.stop_training = True
