"""Class imbalance: labels with far fewer training images than others, and the weights that make up for it."""

import numpy as np

from inkling.datasets.dataset import Dataset

WARNING_RATIO = 10
"""How many times as many images the most frequent label has as the rarest, from which on a fit warns."""


def balanced_weights(dataset: Dataset) -> np.ndarray:
    """Return the weight of each label in the loss, float32 (labels,): n / (labels * count), with a mean of 1 over all images.

    Source: scikit-learn's class_weight="balanced", after King and Zeng (2001). Every label has an image.
    """
    counts = np.bincount(dataset.targets, minlength=len(dataset.labels))
    return (len(dataset) / (len(counts) * counts)).astype(np.float32)


def describe_imbalance(dataset: Dataset) -> list[str]:
    """Return a sentence if some labels have far more training images than others."""
    counts = dataset.counts()
    rarest, frequent = min(counts, key=counts.__getitem__), max(counts, key=counts.__getitem__)
    if counts[frequent] < WARNING_RATIO * counts[rarest]:
        return []
    return [
        f"The labels are imbalanced: {frequent!r} has {counts[frequent]:,} training images, {rarest!r} {counts[rarest]:,}. "
        "Balanced class weights make rare labels count as much as frequent ones."
    ]
