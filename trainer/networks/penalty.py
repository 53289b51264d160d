"""The pull of kernels towards 0, as a part of the loss."""

import keras

from trainer.settings import FitSettings


def penalty(settings: FitSettings) -> keras.regularizers.Regularizer | None:
    """The L2 penalty on kernels, where the optimizer does not decay the weights itself."""
    if settings.optimizer == "adamw" or not settings.weight_decay:
        return None
    return keras.regularizers.L2(settings.weight_decay / 2)


def renew_penalty(network: keras.Model, settings: FitSettings) -> None:
    """Pull the kernels of a network as some settings ask for. A step that was compiled before does not know of it."""
    for layer in network.layers:
        if hasattr(layer, "kernel"):
            layer.kernel_regularizer = layer.kernel.regularizer = penalty(settings)
