"""Exponential moving average (EMA) of the weights (Polyak & Juditsky 1992): what is validated and saved.

The average includes the batch-normalization statistics. Early in a fit its window is a fifth of the steps so far, so that
initial weights don't dominate it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np

UPDATE_EVERY = 8
"""Steps per update: weights change little in eight steps, and an update costs as much as a small layer."""

MAX_WINDOW_SHARE = 0.2
"""The window is at most this share of the steps so far."""


class WeightEMA(keras.callbacks.Callback):
    """EMA of a network's weights over about `window` steps."""

    def __init__(self, network: keras.Model, window: float):
        super().__init__()
        self.network, self.window = network, window
        self.average = [weight.copy() for weight in network.get_weights()]
        self.updates = 0
        self.steps_before = 0
        """Steps of the epoch before those that Keras counts: an epoch can be trained in parts."""

    def on_train_batch_end(self, batch, logs=None):  # noqa: ARG002 — the signature is Keras'
        """Update the average after every UPDATE_EVERY steps."""
        if (self.steps_before + batch + 1) % UPDATE_EVERY:
            return
        if hasattr(self.model, "jax_state_sync"):  # on JAX, variables are empty during `fit` unless synchronized
            self.model.jax_state_sync()
        self.updates += 1
        share = max(1 / max(1.0, MAX_WINDOW_SHARE * self.updates), min(1.0, UPDATE_EVERY / self.window))
        for average, weight in zip(self.average, self.network.get_weights(), strict=True):
            average += share * (weight - average)

    @contextmanager
    def swapped_in(self) -> Iterator[None]:
        """Replace the network's weights by the average for the duration of the block."""
        current = self.network.get_weights()
        self.network.set_weights(self.weights())
        try:
            yield
        finally:
            self.network.set_weights(current)

    def weights(self) -> list[np.ndarray]:
        """Return the average, or before the first update the weights themselves."""
        return [weight.copy() for weight in self.average] if self.updates else self.network.get_weights()

    def state(self) -> list[np.ndarray]:
        """Return the average and the number of updates, for a checkpoint."""
        return [*self.average, np.int64(self.updates)]

    def restore(self, state: list[np.ndarray]) -> None:
        """Restore what `state` returned."""
        *average, updates = state
        self.average, self.updates = [weight.copy() for weight in average], int(updates)
