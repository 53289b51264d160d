"""Scores for open-set recognition: how much a prediction can be trusted, to be compared with the card's threshold."""

from collections.abc import Callable

import numpy as np

MIN_PROBABILITY = 1e-9
"""Lower bound of a probability in the divergence, so that one label with probability 0 doesn't outweigh all others."""


def max_probability(probabilities: np.ndarray) -> np.ndarray:
    """The largest probability: float (…, labels) -> (…), from 1 / labels to 1. Low if two labels are equally likely."""
    largest: np.ndarray = probabilities.max(-1)
    return largest


def divergence_from_uniform(probabilities: np.ndarray) -> np.ndarray:
    """How far a prediction is from the uniform distribution: float (…, labels) -> (…), 0 to below 1.

    1 - exp(-KL(uniform, probabilities)), which is 1 minus the number of labels times the geometric mean of the probabilities.
    Outlier exposure trains a network to make it small for inputs that are none of its labels (Hendrycks, Mazeika, Dietterich
    2019). It stays large if only two labels are likely and all others are ruled out.
    """
    logarithms = np.log(np.maximum(probabilities, MIN_PROBABILITY))
    divergence: np.ndarray = 1 - np.exp(logarithms.mean(-1)) * probabilities.shape[-1]
    return divergence


SCORES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "confidence": max_probability,
    "divergence": divergence_from_uniform,
}
"""By the name in the card's `known.score`; cards without one use the confidence."""
