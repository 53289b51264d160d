"""The classifier head of every network: flatten, dropout, dense."""

from trainer.networks.layer_plan import Dense, Dropout, Flatten, LayerPlan
from trainer.settings import FitSettings


def classifier_head(labels: int, settings: FitSettings, name: str = "dense", hidden: Dense | None = None) -> list[LayerPlan]:
    """Flatten, an optional hidden layer, dropout if the settings have it, and a dense layer with one output per label."""
    dropout = Dropout("dropout", settings.dropout, settings.training_seed) if settings.dropout else None
    activation = hidden.activation if hidden else None
    layers = (Flatten("flatten"), hidden, dropout, Dense(name, labels, activation))
    return [layer for layer in layers if layer]
