"""Sureness: one number for how far an answer is to be trusted, which the card's threshold is compared with."""

import numpy as np

SMALLEST = 1e-9
"""Probabilities count as at least this, so that a label that is ruled out altogether does not hide the others."""


def confidence(probabilities: np.ndarray) -> np.ndarray:
    """The largest probability: float (…, labels) -> (…), from 1 / labels to 1. Low where it is one of two labels, too."""
    return probabilities.max(-1)


def divergence(probabilities: np.ndarray) -> np.ndarray:
    """How far an answer is from naming all labels alike: float (…, labels) -> (…), 0 to below 1.

    1 - exp(-KL(uniform, probabilities)), which is 1 less the labels' number times the geometric mean of the probabilities. It
    is what a network learns to make small on what is none of its labels (outlier exposure: Hendrycks, Mazeika, Dietterich
    2019); an answer that wavers between two labels only, and rules the others out, stays large.
    """
    logarithms = np.log(np.maximum(probabilities, SMALLEST))
    return 1 - np.exp(logarithms.mean(-1)) * probabilities.shape[-1]


SCORES = {"confidence": confidence, "divergence": divergence}
"""By the name that the card's `known` gives; a card that gives none means the confidence."""
