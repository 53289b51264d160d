"""The classifier head of every network: flatten, dropout, dense."""

from dataclasses import replace

from trainer.networks.layer_plan import Dense, Dropout, Flatten, LayerPlan
from trainer.settings import FitSettings


def classifier_head(
    labels: int,
    settings: FitSettings,
    kernel_initializer: str = "glorot_uniform",
    hidden: Dense | None = None,
) -> list[LayerPlan]:
    """Flatten, an optional hidden layer, dropout if the settings have it, and a dense layer with one output per label.

    The last layer has the activation and the initializers of the hidden one, if there is one.
    """
    dropout = Dropout("dropout", settings.dropout, settings.training_seed) if settings.dropout else None
    last = replace(hidden, name="outputs", units=labels) if hidden else Dense("dense", labels, None, kernel_initializer)
    layers = (Flatten("flatten"), hidden, dropout, last)
    return [layer for layer in layers if layer]
