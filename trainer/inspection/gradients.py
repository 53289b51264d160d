"""Gradients of a loss with respect to activations and weights, for any Keras backend.

Keras has no API for gradients, but it can train. So zeros are added to every activation: the gradient of such a zero weight is
the gradient of the activation. An optimizer that records the gradients instead of applying them leaves the weights as they are.
"""

import keras
import numpy as np
from keras import ops


class ActivationProbe(keras.layers.Layer):
    """Adds a weight of zeros, in the shape of one example's activations, to the activations."""

    def build(self, shape):
        """Create the zeros."""
        self.zeros = self.add_weight(shape=shape[1:], initializer="zeros", dtype="float32", name="zeros")

    def call(self, activations):
        return activations + ops.cast(self.zeros, activations.dtype)


class ProbedModel(keras.Model):
    """A chain of layers with a probe after each, in inference mode."""

    def __init__(self, chain: list[keras.Layer]):
        super().__init__(name="probed")
        self.chain = chain
        self.probes = [ActivationProbe(name=f"{layer.name}_probe") for layer in chain]

    def call(self, x):
        for layer, probe in zip(self.chain, self.probes, strict=True):
            if not isinstance(layer, keras.layers.InputLayer):
                x = layer(x, training=False)
            x = probe(x)
        total = sum(ops.sum(probe.zeros) for probe in self.probes)
        return x + ops.cast(0 * total, x.dtype)  # before a layer without a slope, the gradient is 0 rather than missing


class GradientRecorder(keras.optimizers.Optimizer):
    """Records the latest gradient of every weight and changes none of them."""

    def __init__(self):
        super().__init__(learning_rate=0.0, name="gradients")

    def build(self, variables):
        """Create a variable for each gradient."""
        if not self.built:
            super().build(variables)
            self.recorded = self.add_optimizer_variables(variables, "gradient")

    def update_step(self, gradient, variable, learning_rate):  # noqa: ARG002 the signature is Keras'
        self.assign(self.recorded[self._get_variable_index(variable)], ops.cast(gradient, variable.dtype))

    def gradient(self, variable: keras.Variable) -> np.ndarray:
        """Return the latest gradient of a weight, float32 in its shape."""
        return np.asarray(ops.convert_to_numpy(self.recorded[self._get_variable_index(variable)]), np.float32)
