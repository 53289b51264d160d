"""Our own network: small kernels, batch normalisation (Ioffe & Szegedy 2015), most work at a sixteenth of the pixels.

Its convolutions are a setting, `layers`, so that a search over networks is a search over settings.
"""

import keras
from keras import layers

from server.inference.errors import BadInput
from trainer.layers import POOL, Convolution, parse
from trainer.networks.head import head
from trainer.networks.penalty import penalty
from trainer.settings import FitSettings


def build(labels: int, shape: tuple[int, int, int], settings: FitSettings) -> keras.Model:
    """The convolutions and pools that the settings name, each convolution normalised and rectified, then dense."""
    crops = x = keras.Input(shape, name="crops")
    convolutions = pools = 0
    for layer in parse(settings.layers):
        if layer == POOL:
            pools += 1
            _check_room(x, 2)
            x = layers.MaxPooling2D(2, name=f"pool{pools}")(x)
        else:
            convolutions += 1
            _check_room(x, 1 if layer.padded else layer.size)
            x = _block(x, f"conv{convolutions}", layer, settings)
    x = layers.Flatten(name="flatten")(x)
    return keras.Model(crops, head(x, labels, settings, "dense", kernel_regularizer=penalty(settings)), name="inkling")


def _check_room(x: keras.KerasTensor, least: int) -> None:
    if min(x.shape[1:3]) < least:
        raise BadInput(f"Expected layers that leave at least {least} pixels for each next one. Received {x.shape[1]}.")


def _block(x: keras.KerasTensor, name: str, layer: Convolution, settings: FitSettings) -> keras.KerasTensor:
    """Convolution, batch normalisation, rectifier; in the exported graph the first two become one."""
    x = layers.Conv2D(
        layer.filters,
        layer.size,
        strides=layer.strides,
        padding="same" if layer.padded else "valid",
        use_bias=False,
        kernel_initializer="he_normal",
        kernel_regularizer=penalty(settings),
        name=name,
    )(x)
    x = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x)
