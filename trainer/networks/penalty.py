"""The pull of kernels towards 0, as a part of the loss."""

import keras

from trainer.settings import FitSettings


def penalty(settings: FitSettings) -> keras.regularizers.Regularizer | None:
    """The L2 penalty on kernels, where the optimizer does not decay the weights itself."""
    if settings.optimizer == "adamw" or not settings.weight_decay:
        return None
    return keras.regularizers.L2(settings.weight_decay / 2)
