"""The last layers of every network: what is left out by chance, then one output a label."""

import keras
from keras import layers

from trainer.settings import FitSettings


def head(x: keras.KerasTensor, labels: int, settings: FitSettings, name: str, **options) -> keras.KerasTensor:
    """Dropout, where the settings ask for it, and a dense layer: (n, features) -> (n, labels)."""
    if settings.dropout:
        x = layers.Dropout(settings.dropout, seed=settings.own_seed, name="dropout")(x)
    return layers.Dense(labels, name=name, **options)(x)
