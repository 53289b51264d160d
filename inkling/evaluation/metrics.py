"""Metrics of classification, computed from probabilities and targets."""

from typing import Any

import numpy as np

MIN_PROBABILITY = 1e-7
"""Lower bound of a probability in the loss, so that one confident mistake doesn't make it infinite."""

CALIBRATION_BINS = 15
"""As in Guo et al. 2017."""

NORMAL_QUANTILE = 1.959964
"""Quantile of the normal distribution for 95 % confidence intervals."""


def confusion_matrix(targets: np.ndarray, predicted: np.ndarray, labels: int) -> np.ndarray:
    """Count predictions: int64 (labels, labels), where [i, j] is how often label i (row) was predicted as label j (column)."""
    return np.bincount(targets * labels + predicted, minlength=labels * labels).reshape(labels, labels)


def cross_entropy(probabilities: np.ndarray, targets: np.ndarray) -> float:
    """Mean of -log of the probability, float (n, labels), of each target; natural logarithm."""
    of_targets = probabilities[np.arange(len(targets)), targets].astype(np.float64)
    return float(-np.log(np.maximum(of_targets, MIN_PROBABILITY)).mean())


def class_metrics(counts: np.ndarray) -> list[dict[str, float]]:
    """Number of images, precision, recall and F1 per label of a confusion matrix. A ratio with denominator 0 is 0."""
    correct = np.diag(counts).astype(np.float64)
    true, predicted = counts.sum(1), counts.sum(0)
    precision = correct / np.maximum(predicted, 1)
    recall = correct / np.maximum(true, 1)
    f1 = 2 * correct / np.maximum(true + predicted, 1)
    return [
        {"n": int(n), "precision": float(p), "recall": float(r), "f1": float(f)}
        for n, p, r, f in zip(true, precision, recall, f1, strict=True)
    ]


def normalize_confusion_matrix(counts: np.ndarray, normalize: str) -> np.ndarray:
    """Turn counts into fractions, float64 (labels, labels).

    normalize: "true" divides each row by its sum, "predicted" each column, "all" by the total, like scikit-learn's
    `confusion_matrix`. Rows and columns without counts stay 0.
    """
    axis = {"true": 1, "predicted": 0, "all": None}[normalize]
    fractions: np.ndarray = counts / np.maximum(counts.sum(axis, keepdims=axis is not None), 1)
    return fractions


def calibration(confidences: np.ndarray, correct: np.ndarray, bins: int = CALIBRATION_BINS) -> dict[str, Any]:
    """Compare confidences, float (n,) in 0..1, with whether the predictions are correct, bool (n,).

    `error` is the expected calibration error: |accuracy - mean confidence|, averaged over bins of equal width, each open below
    and closed above, and weighted by their number of predictions (Naeini, Cooper, Hauskrecht 2015; Guo, Pleiss, Sun, Weinberger
    2017). `bins` are those that aren't empty.
    """
    confidences = np.clip(confidences.astype(np.float64), 0, 1)
    index = np.clip(np.ceil(confidences * bins).astype(np.int64) - 1, 0, bins - 1)
    n = np.bincount(index, minlength=bins)
    confidence, accuracy = (np.bincount(index, values, bins) / np.maximum(n, 1) for values in (confidences, correct))
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


def roc_auc(positive: np.ndarray, negative: np.ndarray) -> float:
    """Area under the ROC curve: how often a score of `positive`, float (n,), exceeds one of `negative`, float (m,); ties count
    half.

    Computed from ranks (Mann and Whitney 1947) in O((n + m) log m).
    """
    positive, negative = np.sort(positive), np.sort(negative)  # both, since sorted needles are looked up much faster
    below = np.searchsorted(negative, positive, "left") + np.searchsorted(negative, positive, "right")
    return float(below.sum() / (2 * len(positive) * len(negative)))


def rejection_rates(scores: np.ndarray, threshold: float, outlier_scores: np.ndarray | None = None) -> dict[str, float]:
    """How a threshold separates the scores of a dataset, float (n,), from those of outliers, float (m,).

    `rejected`, `outliers_rejected`: fraction of scores below the threshold. `roc_auc`: as `roc_auc` computes it.
    """
    rates = {"rejected": float((scores < threshold).mean())}
    if outlier_scores is None:
        return rates
    return rates | {
        "roc_auc": roc_auc(scores, outlier_scores),
        "outliers": len(outlier_scores),
        "outliers_rejected": float((outlier_scores < threshold).mean()),
    }


def wilson_interval(count: int, n: int) -> tuple[float, float]:
    """The 95 % confidence interval of the proportion count / n, n at least 1 (Wilson 1927)."""
    share, square = count / n, NORMAL_QUANTILE**2
    center = (share + square / (2 * n)) / (1 + square / n)
    half_width = NORMAL_QUANTILE * np.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, float(center - half_width)), min(1.0, float(center + half_width))
