"""Build a Keras model from a plan."""

from collections.abc import Sequence
from dataclasses import asdict

import keras

from trainer.networks import bitmap_layers
from trainer.networks.initializers import make_initializer
from trainer.networks.inputs import INPUT_NAME, INPUTS
from trainer.networks.layer_plan import Conv2D, Dense, LayerPlan
from trainer.networks.regularizer import kernel_regularizer
from trainer.settings import FitSettings


def assemble(plan: Sequence[LayerPlan], settings: FitSettings) -> keras.Model:
    """Build a Functional model with fresh weights from the layers of a plan."""
    x = crops = keras.Input(INPUTS[settings.network].shape, name=INPUT_NAME)
    for layer in plan:
        options = asdict(layer)
        if isinstance(layer, Conv2D | Dense):
            for name in ("kernel_initializer", "bias_initializer"):
                options[name] = make_initializer(options[name])
            options["kernel_regularizer"] = kernel_regularizer(settings)
        layer_class = getattr(bitmap_layers, layer.kind, None) or getattr(keras.layers, layer.kind)
        x = layer_class(**options)(x)
    return keras.Model(crops, x, name=settings.network)
