"""Averaging of weights: what is validated and kept is a running mean over the last steps (Polyak & Juditsky 1992).

The mean follows the weights exponentially, and it takes the statistics of batch normalisation with it. In a fit's first
steps it looks back over a fifth of them, so that it is never held by weights that have learnt nothing.
"""

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
        self._aside: list[np.ndarray] | None = None

    def on_train_batch_end(self, batch, logs=None):  # noqa: ARG002 — Keras' signature
        """Take the weights into the mean."""
        if (batch + 1) % EVERY:
            return
        if hasattr(self.model, "jax_state_sync"):  # on JAX, variables are empty while a fit goes on, unless asked for
            self.model.jax_state_sync()
        self.looks += 1
        share = max(1 / max(1.0, YOUNG * self.looks), min(1.0, EVERY / self.horizon))
        for mean, weight in zip(self.mean, self.network.get_weights(), strict=True):
            mean += share * (weight - mean)

    def on_test_begin(self, logs=None):  # noqa: ARG002
        """Put the mean in the place of the weights."""
        if self.looks:
            self._aside = self.network.get_weights()
            self.network.set_weights(self.mean)

    def on_test_end(self, logs=None):  # noqa: ARG002
        """Put the weights back."""
        if self._aside is not None:
            self.network.set_weights(self._aside)
            self._aside = None

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
