"""Recipes: named sets of fit settings. `inkling` is the default; the others reproduce the systems that Inkling is based on.

docs/recipes.md compares every value with the original.
"""

from typing import Any

from inkling.errors import InvalidInput
from trainer.settings import FitSettings

DEFAULT_RECIPE = "inkling"

SUMMARIES = {
    "inkling": "small convolutions with batch normalization, AdamW, one-cycle schedule, elastic distortion, outliers, EMA",
    "tfjs": "the TensorFlow.js tutorial on MNIST: two convolutions, Adam, batch size 512, no augmentation",
    "convnetjs": "ConvNetJS' MNIST demo: two convolutions, Adadelta, batch size 20, random crops",
    "perceptron": "36-12-labels on 6×6 bitmaps, sigmoid, SGD at 0.5, one sample per step",
}
"""A line on each recipe."""

RECIPES: dict[str, dict[str, Any]] = {
    "inkling": {},
    # The TensorFlow.js tutorial on MNIST: conv 5×5×8, pool, conv 5×5×16, pool, dense on 28×28 images; Adam, batch size 512, ten
    # epochs, no augmentation.
    "tfjs": {
        "network": "tfjs",
        "outliers": (),
        "ema_epochs": 0.0,
        "optimizer": "adam",
        "learning_rate": 0.001,
        "lr_schedule": "constant",
        "weight_decay": 0.0,
        "batch_size": 512,
        "last_batch": "keep",
        "epochs": 10,
        "augmentation": "none",
        "validation_split": 0.15,
    },
    # ConvNetJS' MNIST demo: random 24×24 crops, 8 and 16 filters, Adadelta, L2 0.001, batch size 20. ConvNetJS adds the
    # gradient of the penalty to the sum over the batch, and divides both by the batch size.
    "convnetjs": {
        "network": "convnetjs",
        "outliers": (),
        "ema_epochs": 0.0,
        "optimizer": "adadelta",
        "learning_rate": 1.0,
        "lr_schedule": "constant",
        "momentum": 0.95,
        "weight_decay": 0.001 / 20,
        "batch_size": 20,
        "epochs": 10,
        "augmentation": "random-crop",
        "validation_split": 0.1,
    },
    # A tool that learns two hand-drawn characters: 6×6 bitmaps, 36-12-2, sigmoids, plain SGD at 0.5, one sample per step.
    "perceptron": {
        "network": "perceptron",
        "outliers": (),
        "ema_epochs": 0.0,
        "optimizer": "sgd",
        "learning_rate": 0.5,
        "lr_schedule": "constant",
        "momentum": 0.0,
        "weight_decay": 0.0,
        "batch_size": 1,
        "epochs": 5,
        "augmentation": "none",
    },
}


def recipe(name: str, **overrides: Any) -> FitSettings:
    """The settings of a recipe with some overridden. Raises InvalidInput for an unknown recipe, setting or value."""
    if name not in RECIPES:
        raise InvalidInput(f"Unknown recipe {name!r:.40}. Recipes: {', '.join(RECIPES)}.")
    return FitSettings(recipe=name, **RECIPES[name]).override(**overrides)
