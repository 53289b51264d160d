"""The last layers of every network: what is left out by chance, then one output a label."""

from trainer.networks.layer import Dense, Dropout, Flatten, Layer
from trainer.settings import FitSettings


def head(labels: int, settings: FitSettings, name: str = "dense", hidden: Dense | None = None) -> list[Layer]:
    """All features in a row, a layer between where there is one, dropout where the settings ask for it, and a dense layer."""
    dropout = Dropout("dropout", settings.dropout, settings.own_seed) if settings.dropout else None
    activation = hidden and hidden.activation
    layers = (Flatten("flatten"), hidden, dropout, Dense(name, labels, activation))
    return [layer for layer in layers if layer]
