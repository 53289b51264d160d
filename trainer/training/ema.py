"""Averaging of weights: what is validated and kept is a running mean over the last steps (Polyak & Juditsky 1992).

The mean follows the weights exponentially, and it takes the statistics of batch normalisation with it. In a fit's first
steps it looks back over a fifth of them, so that it is never held by weights that have learnt nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np

EVERY = 8
"""Steps between two looks at the weights: they change little in eight, and a look costs as much as a small layer."""

YOUNG = 0.2
"""Share of the steps so far that the mean looks back over, at most."""


class Average(keras.callbacks.Callback):
    """A running mean of a network's weights over about `horizon` steps. It stands in their place while they are validated."""

    def __init__(self, network: keras.Model, horizon: float):
        super().__init__()
        self.network, self.horizon = network, horizon
        self.mean = [weight.copy() for weight in network.get_weights()]
        self.looks = 0
        self.before = 0
        """Steps that the epoch had before those that Keras counts: it may be given an epoch in parts."""

    def on_train_batch_end(self, batch, logs=None):  # noqa: ARG002 — Keras' signature
        """Take the weights into the mean."""
        if (self.before + batch + 1) % EVERY:
            return
        if hasattr(self.model, "jax_state_sync"):  # on JAX, variables are empty while a fit goes on, unless asked for
            self.model.jax_state_sync()
        self.looks += 1
        share = max(1 / max(1.0, YOUNG * self.looks), min(1.0, EVERY / self.horizon))
        for mean, weight in zip(self.mean, self.network.get_weights(), strict=True):
            mean += share * (weight - mean)

    @contextmanager
    def standing_in(self) -> Iterator[None]:
        """Put the mean in the place of the weights for a while, where there is one."""
        aside = self.network.get_weights()
        self.network.set_weights(self.weights())
        try:
            yield
        finally:
            self.network.set_weights(aside)

    def weights(self) -> list[np.ndarray]:
        """What is worth keeping: the mean, or the weights themselves before the first look."""
        return [weight.copy() for weight in self.mean] if self.looks else self.network.get_weights()

    def state(self) -> list[np.ndarray]:
        """The mean and how many looks it rests on."""
        return [*self.mean, np.int64(self.looks)]

    def restore(self, state: list[np.ndarray]) -> None:
        """Set what `state` gave."""
        *mean, looks = state
        self.mean, self.looks = [weight.copy() for weight in mean], int(looks)
