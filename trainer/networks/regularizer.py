"""The L2 penalty on kernels."""

import keras

from trainer.settings import FitSettings


def kernel_regularizer(settings: FitSettings) -> keras.regularizers.Regularizer | None:
    """Return the L2 penalty, or None if the optimizer decays the weights itself (AdamW)."""
    if settings.optimizer == "adamw" or not settings.weight_decay:
        return None
    return keras.regularizers.L2(settings.weight_decay / 2)


def update_regularizers(model: keras.Model, settings: FitSettings) -> None:
    """Set the penalty of every kernel to that of the settings. A train step compiled before still applies the old one."""
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            layer.kernel_regularizer = layer.kernel.regularizer = kernel_regularizer(settings)
