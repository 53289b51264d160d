"""A map of predictions: points in the plane that are close where the network's outputs are similar."""

from dataclasses import dataclass

import numpy as np

from inkling.evaluation.metrics import MIN_PROBABILITY


@dataclass(frozen=True)
class Embedding:
    """points: float64 (n, 2). explained_variance: of each axis, as a fraction of the total variance, 0 to 1."""

    points: np.ndarray
    explained_variance: tuple[float, float]


def embed_predictions(probabilities: np.ndarray) -> Embedding:
    """Project predictions, float (n, labels), to the plane by principal component analysis of their logits.

    The logits are restored from the probabilities, up to a constant per prediction, by the centered log-ratio transform
    (Aitchison 1982). The signs of the axes are fixed: the value that is farthest from 0 is positive.
    """
    logs = np.log(np.maximum(probabilities.astype(np.float64), MIN_PROBABILITY))
    logits = logs - logs.mean(1, keepdims=True)
    left, singular, _ = np.linalg.svd(logits - logits.mean(0), full_matrices=False)
    points = np.zeros((len(logits), 2))
    axes = min(2, len(singular))
    points[:, :axes] = left[:, :axes] * singular[:axes]
    farthest = points[np.abs(points).argmax(0), [0, 1]]
    variances = np.zeros(2)
    variances[:axes] = singular[:axes] ** 2
    total = float((singular**2).sum()) or 1.0
    first, second = (variances / total).tolist()
    return Embedding(points * np.where(farthest < 0, -1, 1), (first, second))
