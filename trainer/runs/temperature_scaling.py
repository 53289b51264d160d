"""Temperature scaling: calibration of the confidence by one parameter (Guo, Pleiss, Sun, Weinberger 2017)."""

import numpy as np

MIN_TEMPERATURE, MAX_TEMPERATURE = 0.2, 5.0
"""A network that needs a temperature outside of this range is too far off to be calibrated."""

SEARCH_STEPS = 40
"""Each step of the golden-section search leaves 0.618 of the range: in the end 1e-8 of it."""

PRIOR_STD = 0.5
"""Standard deviation of the normal prior of the logarithm. Without a prior, few mistakes would make the temperature
collapse."""

MIN_PROBABILITY = 1e-30
"""Probabilities are clipped to this, so that logarithms are finite."""


def fit_temperature(crops: np.ndarray, targets: np.ndarray) -> float:
    """Return the temperature with the highest posterior: cross-entropy of the mean over crops, with a prior around 1.

    crops: float32 (n, k, labels), softmax probabilities of each crop at temperature 1. targets: int (n,). Found by
    golden-section search (Kiefer 1953).
    """
    logits = np.log(np.maximum(crops, MIN_PROBABILITY))  # up to a constant per crop, which the softmax ignores

    def loss(log_temperature: float) -> float:
        probabilities = softmax_at_temperature(logits, float(np.exp(log_temperature)))[np.arange(len(targets)), targets]
        return float(-np.log(np.maximum(probabilities, MIN_PROBABILITY)).sum() + (log_temperature / PRIOR_STD) ** 2 / 2)

    low, high = np.log(MIN_TEMPERATURE), np.log(MAX_TEMPERATURE)
    shrink = (np.sqrt(5) - 1) / 2
    left, right = high - shrink * (high - low), low + shrink * (high - low)
    left_loss, right_loss = loss(left), loss(right)
    for _ in range(SEARCH_STEPS):
        if left_loss <= right_loss:
            high, right, right_loss = right, left, left_loss
            left = high - shrink * (high - low)
            left_loss = loss(left)
        else:
            low, left, left_loss = left, right, right_loss
            right = low + shrink * (high - low)
            right_loss = loss(right)
    return round(float(np.exp((low + high) / 2)), 4)


def softmax_at_temperature(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Mean over crops of the softmax of logits, float (n, k, labels), at a temperature: float (n, labels)."""
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(-1, keepdims=True))
    return (powers / powers.sum(-1, keepdims=True)).mean(1)
