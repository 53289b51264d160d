"""The network of the tool that teaches hand-drawn characters: a bitmap of 6×6, twelve hidden neurons, sigmoid throughout."""

import keras
from keras import layers, ops

from trainer.bitmap import BITMAP_SIDE, HIDDEN, INKED
from trainer.networks.head import head
from trainer.networks.penalty import penalty
from trainer.settings import FitSettings


@keras.saving.register_keras_serializable("inkling")
class Bitmap(layers.Layer):
    """Shares of ink, (n, 6, 6, 1) -> bits, 0 or 1 in the same shape."""

    def call(self, shares):
        return ops.cast(shares >= INKED, shares.dtype)


def build(labels: int, shape: tuple[int, int, int], settings: FitSettings) -> keras.Model:
    """6×6 bits, 12 sigmoid neurons, one sigmoid neuron a label: 36-12-2 where two labels are taught."""
    options = {"activation": "sigmoid", "kernel_regularizer": penalty(settings)}
    crops = keras.Input(shape, name="crops")
    x = layers.AveragePooling2D(shape[0] // BITMAP_SIDE, name="shares")(crops)
    x = Bitmap(name="bitmap")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(HIDDEN, name="hidden", **options)(x)
    return keras.Model(crops, head(x, labels, settings, "outputs", **options), name="perceptron")
