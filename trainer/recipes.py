"""Recipes: named sets of all fit settings. `inkling` is our best; the others are the systems that this work descends from."""

from typing import Any

from inkling.errors import BadInput
from trainer.settings import FitSettings

RECIPES: dict[str, dict[str, Any]] = {
    "inkling": {},
    # The TensorFlow.js course on MNIST: conv 5×5×8, pool, conv 5×5×16, pool, dense; Adam, 512 a batch, ten epochs, no
    # augmentation. The course feeds 28×28; here the network sees the centre crop.
    "tfjs": {
        "network": "tfjs",
        "outliers": (),
        "optimizer": "adam",
        "learning_rate": 0.001,
        "schedule": "constant",
        "weight_decay": 0.0,
        "batch_size": 512,
        "epochs": 10,
        "augment": "none",
        "validation": 0.15,
    },
    # ConvNetJS' MNIST demo: random 24×24 crops, 8 and 16 filters, Adadelta, L2 0.001, 20 a batch. (ConvNetJS divides its
    # L2 gradient by the batch size; here, as everywhere else, the penalty stands beside the mean loss.)
    "convnetjs": {
        "network": "convnetjs",
        "outliers": (),
        "optimizer": "adadelta",
        "learning_rate": 1.0,
        "schedule": "constant",
        "momentum": 0.95,
        "weight_decay": 0.001,
        "batch_size": 20,
        "epochs": 10,
        "augment": "crops",
    },
    # The tool that teaches two hand-drawn characters: 6×6 bitmaps, 36-12-2, sigmoid, plain SGD at 0.5, one sample a step.
    "perceptron": {
        "network": "perceptron",
        "outliers": (),
        "optimizer": "sgd",
        "learning_rate": 0.5,
        "schedule": "constant",
        "momentum": 0.0,
        "weight_decay": 0.0,
        "batch_size": 1,
        "epochs": 5,
        "augment": "none",
    },
}


def recipe(name: str, **overrides: Any) -> FitSettings:
    """The settings of a recipe, some of them overridden. Raises BadInput for an unknown recipe, setting or value."""
    if name not in RECIPES:
        raise BadInput(f"Expected a recipe out of {', '.join(RECIPES)}. Received {name!r:.40}.")
    return FitSettings(recipe=name, **RECIPES[name]).override(**overrides)
