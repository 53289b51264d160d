"""Our own network: small kernels, batch normalisation (Ioffe & Szegedy 2015), most work at a quarter of the pixels."""

import keras
from keras import layers

from trainer.networks.head import head
from trainer.networks.penalty import penalty
from trainer.settings import FitSettings


def build(labels: int, shape: tuple[int, int, int], settings: FitSettings) -> keras.Model:
    """Conv 5×5×24 in steps of 2, conv 3×3×48, pool, two convs 3×3×64, pool, dense."""
    crops = keras.Input(shape, name="crops")
    x = _block(crops, "conv1", 24, 5, settings, strides=2)  # (24, 24) -> (12, 12)
    x = _block(x, "conv2", 48, 3, settings)
    x = layers.MaxPooling2D(2, name="pool1")(x)  # (12, 12) -> (6, 6)
    x = _block(x, "conv3", 64, 3, settings)
    x = _block(x, "conv4", 64, 3, settings)
    x = layers.MaxPooling2D(2, name="pool2")(x)  # (6, 6) -> (3, 3)
    x = layers.Flatten(name="flatten")(x)
    return keras.Model(crops, head(x, labels, settings, "dense", kernel_regularizer=penalty(settings)), name="inkling")


def _block(x, name: str, filters: int, size: int, settings: FitSettings, strides: int = 1):
    """Convolution, batch normalisation, rectifier; in the exported graph the first two become one."""
    x = layers.Conv2D(
        filters,
        size,
        strides=strides,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        kernel_regularizer=penalty(settings),
        name=name,
    )(x)
    x = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x)
