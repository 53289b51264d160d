"""Initializers that Keras has no name for, by the name that plans use."""

import keras

TRUNCATED_STDDEV = 0.87962566103423978
"""Standard deviation of a standard normal distribution truncated at two standard deviations."""

INITIALIZERS = {
    # TensorFlow.js' VarianceScaling truncates N(0, 1 / fan_in); Keras' divides by the standard deviation after that.
    "truncated_fan_in": lambda: keras.initializers.VarianceScaling(TRUNCATED_STDDEV**2, "fan_in", "truncated_normal"),
    # ConvNetJS
    "normal_fan_in": lambda: keras.initializers.VarianceScaling(1.0, "fan_in", "untruncated_normal"),
    "one_tenth": lambda: keras.initializers.Constant(0.1),
    # the perceptron
    "uniform_half": lambda: keras.initializers.RandomUniform(-0.5, 0.5),
}


def make_initializer(name: str) -> keras.initializers.Initializer:
    """Return a new initializer: two layers with the same one would draw the same numbers."""
    return INITIALIZERS[name]() if name in INITIALIZERS else keras.initializers.get(name)
