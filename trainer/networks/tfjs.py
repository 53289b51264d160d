"""The network of the TensorFlow.js course on MNIST, and of the tutorial that it follows: conv, pool, conv, pool, dense."""

import keras
from keras import layers

from trainer.networks.head import head
from trainer.networks.penalty import penalty
from trainer.settings import FitSettings


def build(labels: int, shape: tuple[int, int, int], settings: FitSettings) -> keras.Model:
    """Conv 5×5×8, pool, conv 5×5×16, pool, dense; rectified; kernels drawn by variance scaling."""
    options = {"kernel_initializer": keras.initializers.VarianceScaling(), "kernel_regularizer": penalty(settings)}
    crops = keras.Input(shape, name="crops")
    x = layers.Conv2D(8, 5, activation="relu", name="conv1", **options)(crops)
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = layers.Conv2D(16, 5, activation="relu", name="conv2", **options)(x)
    x = layers.MaxPooling2D(2, name="pool2")(x)
    x = layers.Flatten(name="flatten")(x)
    return keras.Model(crops, head(x, labels, settings, "dense", **options), name="tfjs")
