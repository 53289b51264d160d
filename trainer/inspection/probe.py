"""Probe: how the gradient of a loss with respect to activations is had from any backend of Keras.

Keras has no gradients of its own to ask for, but it trains: zeros are added to every activation, which a step of training
would change by the gradient of that activation, and an optimizer keeps what it is given instead of changing anything.
"""

import keras
import numpy as np
from keras import ops


class Probe(keras.layers.Layer):
    """Adds zeros, a weight of an activation's shape, to the activation of one example."""

    def build(self, shape):
        """Make the zeros."""
        self.zeros = self.add_weight(shape=shape[1:], initializer="zeros", dtype="float32", name="zeros")

    def call(self, activations):
        return activations + ops.cast(self.zeros, activations.dtype)


class Probed(keras.Model):
    """A chain of layers with a probe after each, as they answer in use: no dropout, normalised by what was gathered."""

    def __init__(self, chain: list[keras.Layer]):
        super().__init__(name="probed")
        self.chain = chain
        self.probes = [Probe(name=f"{layer.name}_probe") for layer in chain]

    def call(self, x):
        for layer, probe in zip(self.chain, self.probes, strict=True):
            if not isinstance(layer, keras.layers.InputLayer):
                x = layer(x, training=False)
            x = probe(x)
        unseen = sum(ops.sum(probe.zeros) for probe in self.probes)
        return x + ops.cast(0 * unseen, x.dtype)  # a gradient of 0, not none, of what lies before a layer that has no slope


class Gradients(keras.optimizers.Optimizer):
    """Keeps the latest gradient of every weight, and changes none."""

    def __init__(self):
        super().__init__(learning_rate=0.0, name="gradients")

    def build(self, variables):
        """Make room for them."""
        if not self.built:
            super().build(variables)
            self.kept = self.add_optimizer_variables(variables, "gradient")

    def update_step(self, gradient, variable, learning_rate):  # noqa: ARG002 — Keras' signature
        self.assign(self.kept[self._get_variable_index(variable)], ops.cast(gradient, variable.dtype))

    def of(self, variable: keras.Variable) -> np.ndarray:
        """The latest gradient of a weight, float32 in its shape."""
        return np.asarray(ops.convert_to_numpy(self.kept[self._get_variable_index(variable)]), np.float32)
