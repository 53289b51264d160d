"""Assembling: a plan becomes a model of Keras with fresh weights."""

from collections.abc import Sequence
from dataclasses import asdict

import keras
from keras import ops

from trainer.networks.bitmap import INKED
from trainer.networks.layer import Conv2D, Dense, Layer
from trainer.networks.penalty import penalty
from trainer.networks.plan import CROP_SHAPE, INPUT
from trainer.settings import FitSettings

INITIALIZERS = {"tfjs": keras.initializers.VarianceScaling}
"""Networks all of whose kernels are drawn alike, by one of these, instead of as each layer says."""


@keras.saving.register_keras_serializable("inkling")
class Bitmap(keras.layers.Layer):
    """Shares of ink, (n, 6, 6, 1) -> bits, 0 or 1 in the same shape."""

    def call(self, shares):
        return ops.cast(shares >= INKED, shares.dtype)


def assemble(plan: Sequence[Layer], settings: FitSettings) -> keras.Model:
    """The layers of a plan, one after the other, as a Functional model."""
    kernels = {"kernel_regularizer": penalty(settings)}
    if settings.network in INITIALIZERS:
        kernels["kernel_initializer"] = INITIALIZERS[settings.network]()
    x = crops = keras.Input(CROP_SHAPE, name=INPUT)
    for layer in plan:
        made = Bitmap if layer.kind == "Bitmap" else getattr(keras.layers, layer.kind)
        options = asdict(layer) | (kernels if isinstance(layer, Conv2D | Dense) else {})
        x = made(**options)(x)
    return keras.Model(crops, x, name=settings.network)
