"""Build a Keras model from a plan."""

from collections.abc import Sequence
from dataclasses import asdict

import keras
from keras import ops

from trainer.networks.bitmap import INK_THRESHOLD
from trainer.networks.inputs import CROP_SHAPE, INPUT_NAME
from trainer.networks.layer_plan import Conv2D, Dense, LayerPlan
from trainer.networks.regularizer import kernel_regularizer
from trainer.settings import FitSettings

INITIALIZERS = {"tfjs": keras.initializers.VarianceScaling}
"""Networks with one initializer for all kernels, in place of the one that each layer names."""


@keras.saving.register_keras_serializable("inkling")
class Threshold(keras.layers.Layer):
    """Binarize the mean ink of each cell: (n, 6, 6, 1) -> 0 or 1, same shape."""

    def call(self, means):
        return ops.cast(means >= INK_THRESHOLD, means.dtype)


def assemble(plan: Sequence[LayerPlan], settings: FitSettings) -> keras.Model:
    """Build a Functional model with fresh weights from the layers of a plan."""
    kernel_options = {"kernel_regularizer": kernel_regularizer(settings)}
    if settings.network in INITIALIZERS:
        kernel_options["kernel_initializer"] = INITIALIZERS[settings.network]()
    x = crops = keras.Input(CROP_SHAPE, name=INPUT_NAME)
    for layer in plan:
        layer_class = Threshold if layer.kind == "Threshold" else getattr(keras.layers, layer.kind)
        options = asdict(layer) | (kernel_options if isinstance(layer, Conv2D | Dense) else {})
        x = layer_class(**options)(x)
    return keras.Model(crops, x, name=settings.network)
