"""Temperature: one number that makes a network's confidence the share that is right (Guo, Pleiss, Sun, Weinberger 2017)."""

import numpy as np

LOWEST, HIGHEST = 0.2, 5.0
"""Beyond, a network is so far off that a temperature is no help."""

STEPS = 40
"""Of the search, each of which leaves 0.618 of the range: in the end 1e-8 of it."""

SPREAD = 0.5
"""Of the logarithm around 0 before anything is seen. Where few images are wrong, the coldest would look best: this holds it."""

SMALLEST = 1e-30
"""Probabilities below count as this; their logarithms stay finite."""


def fit_temperature(crops: np.ndarray, targets: np.ndarray) -> float:
    """The likeliest temperature: that under which the mean of the crops' answers has the least cross-entropy, held near 1.

    crops: float32 (n, k, labels), what a softmax made of each crop at temperature 1. targets: int (n,). The logarithm has a
    normal prior, which weighs as much as a few images; found by golden-section search (Kiefer 1953).
    """
    logarithms = np.log(np.maximum(crops, SMALLEST))  # logits but for a constant a crop, which a softmax ignores

    def loss(logarithm: float) -> float:
        given = at_temperature(logarithms, float(np.exp(logarithm)))[np.arange(len(targets)), targets]
        return float(-np.log(np.maximum(given, SMALLEST)).sum() + (logarithm / SPREAD) ** 2 / 2)

    low, high = np.log(LOWEST), np.log(HIGHEST)
    shrink = (np.sqrt(5) - 1) / 2
    left, right = high - shrink * (high - low), low + shrink * (high - low)
    at_left, at_right = loss(left), loss(right)
    for _ in range(STEPS):
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - shrink * (high - low)
            at_left = loss(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + shrink * (high - low)
            at_right = loss(right)
    return round(float(np.exp((low + high) / 2)), 4)


def at_temperature(logarithms: np.ndarray, temperature: float) -> np.ndarray:
    """Mean over crops of what a softmax makes of logits, float (n, k, labels), at a temperature: float (n, labels)."""
    divided = logarithms / temperature
    powers = np.exp(divided - divided.max(-1, keepdims=True))
    return (powers / powers.sum(-1, keepdims=True)).mean(1)
