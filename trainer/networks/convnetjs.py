"""The network of ConvNetJS' MNIST demo."""

import keras
from keras import layers

from trainer.networks.head import head
from trainer.networks.penalty import penalty
from trainer.settings import FitSettings


def build(labels: int, shape: tuple[int, int, int], settings: FitSettings) -> keras.Model:
    """Conv 5×5×8 padded, pool 2, conv 5×5×16 padded, pool 3, dense; rectified."""
    options = {"kernel_regularizer": penalty(settings)}
    crops = keras.Input(shape, name="crops")
    x = layers.Conv2D(8, 5, padding="same", activation="relu", name="conv1", **options)(crops)
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = layers.Conv2D(16, 5, padding="same", activation="relu", name="conv2", **options)(x)
    x = layers.MaxPooling2D(3, name="pool2")(x)
    x = layers.Flatten(name="flatten")(x)
    return keras.Model(crops, head(x, labels, settings, "dense", **options), name="convnetjs")
