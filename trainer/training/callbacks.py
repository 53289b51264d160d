"""The Keras callback that reports every training step."""

from collections.abc import Callable

import keras


class StepCallback(keras.callbacks.Callback):
    """Calls a function after every step and stops `Model.fit` when it returns False."""

    def __init__(self, on_step: Callable[[dict[str, float]], bool]):
        """on_step: gets the mean loss and accuracy over the images so far; returns whether to continue."""
        super().__init__()
        self.on_step = on_step

    def on_train_batch_end(self, batch, logs=None):  # noqa: ARG002 — the signature is Keras'
        """Report the step."""
        if not self.on_step(logs):
            self.model.stop_training = True
