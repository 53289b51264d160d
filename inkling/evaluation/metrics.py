"""Metrics of a labelled set: from probabilities and targets to counts and shares."""

import numpy as np

SMALLEST = 1e-7
"""Probabilities are taken as at least this in the loss, so that one sure mistake does not make it infinite."""

BINS = 15
"""Of the calibration error: as many as Guo et al. took."""


def confusion_matrix(targets: np.ndarray, predicted: np.ndarray, labels: int) -> np.ndarray:
    """int64 (labels, labels): element [i, j] is how often label i (row, true) was read as label j (column, predicted)."""
    return np.bincount(targets * labels + predicted, minlength=labels * labels).reshape(labels, labels)


def cross_entropy(probabilities: np.ndarray, targets: np.ndarray) -> float:
    """Mean of -log of the probability, float (n, labels), that each target got; natural logarithm."""
    given = probabilities[np.arange(len(targets)), targets].astype(np.float64)
    return float(-np.log(np.maximum(given, SMALLEST)).mean())


def per_class(counts: np.ndarray) -> list[dict[str, float]]:
    """Precision, recall and F1 of each label of a confusion matrix, rows true; a share of nothing is 0."""
    right = np.diag(counts).astype(np.float64)
    true, predicted = counts.sum(1), counts.sum(0)
    precision = right / np.maximum(predicted, 1)
    recall = right / np.maximum(true, 1)
    f1 = 2 * right / np.maximum(true + predicted, 1)
    return [
        {"n": int(n), "precision": float(p), "recall": float(r), "f1": float(f)}
        for n, p, r, f in zip(true, precision, recall, f1, strict=True)
    ]


def shares(counts: np.ndarray, normalize: str) -> np.ndarray:
    """A confusion matrix as shares, float64 (labels, labels).

    normalize: "true" divides each row by its sum, "predicted" each column, "all" by the total, as scikit-learn's
    `confusion_matrix` does. A row or column without counts stays 0.
    """
    axis = {"true": 1, "predicted": 0, "all": None}[normalize]
    return counts / np.maximum(counts.sum(axis, keepdims=axis is not None), 1)


def calibration(confidences: np.ndarray, right: np.ndarray, bins: int = BINS) -> dict:
    """How far confidences, float (n,) from 0 to 1, are from the share that is right, bool (n,).

    `error`: the expected calibration error: over bins of equal width, each open below and closed above, the mean of
    |accuracy - mean confidence|, weighted by how many answers a bin holds (Naeini, Cooper, Hauskrecht 2015; Guo, Pleiss, Sun,
    Weinberger 2017). `bins`: those that hold any.
    """
    confidences = np.clip(confidences.astype(np.float64), 0, 1)
    place = np.clip(np.ceil(confidences * bins).astype(np.int64) - 1, 0, bins - 1)
    n = np.bincount(place, minlength=bins)
    confidence, accuracy = (np.bincount(place, each, bins) / np.maximum(n, 1) for each in (confidences, right))
    return {
        "error": float((n * np.abs(accuracy - confidence)).sum() / len(confidences)),
        "bins": [
            {
                "from": float(i) / bins,
                "to": float(i + 1) / bins,
                "n": int(n[i]),
                "confidence": min(1.0, float(confidence[i])),
                "accuracy": float(accuracy[i]),
            }
            for i in np.flatnonzero(n)
        ],
    }


def roc_area(known: np.ndarray, others: np.ndarray) -> float:
    """Area under the ROC curve: how often one of `known`, float (n,), is above one of `others`, float (m,), ties half.

    By ranks, as Mann and Whitney 1947, in O((n + m) log m).
    """
    known, others = np.sort(known), np.sort(others)  # both, as sorted ones are looked up far faster
    below = np.searchsorted(others, known, "left") + np.searchsorted(others, known, "right")
    return float(below.sum() / (2 * len(known) * len(others)))


def refusals(known: np.ndarray, threshold: float, others: np.ndarray | None = None) -> dict[str, float]:
    """What a threshold does to the sureness of answers to images, float (n,), and to outliers, float (m,).

    `refused`, `outliers_refused`: the shares that are below it. `roc_area`: how often an image is answered more surely than an
    outlier.
    """
    refused = {"refused": float((known < threshold).mean())}
    if others is None:
        return refused
    return refused | {
        "roc_area": roc_area(known, others),
        "outliers": len(others),
        "outliers_refused": float((others < threshold).mean()),
    }
