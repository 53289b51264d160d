"""The report on a dataset: the result of an evaluation, as the API returns it."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.evaluation.metrics import calibration, class_metrics, confusion_matrix, cross_entropy, rejection_rates
from inkling.models.model_card import ModelCard

MAX_BATCHES, MIN_BATCH_SIZE = 100, 10
"""A report lists accuracy and loss of at most this many batches of at least this many images, except for the last one."""


def build_report(
    card: ModelCard,
    data: Dataset,
    probabilities: np.ndarray,
    offsets: Sequence[tuple[int, int]],
    seconds: float,
    outliers: np.ndarray | None = None,
) -> dict[str, Any]:
    """Build the report on predictions, float32 (n, labels), for a dataset whose targets index the card's labels.

    outliers: predictions, float32 (m, labels), for images that are none of the labels.
    """
    labels = card.labels
    predicted, confidences = probabilities.argmax(1), probabilities.max(1)
    counts = confusion_matrix(data.targets, predicted, len(labels))
    classes = [{"label": label, **metrics} for label, metrics in zip(labels, class_metrics(counts), strict=True)]
    present = [metrics for metrics in classes if metrics["n"]]
    return {
        "id": secrets.token_hex(8),
        "model": card.name,
        "created": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "data": {"name": data.name, "n": len(data), "sha256": data.sha256()},
        "crops": [list(offset) for offset in offsets],
        "accuracy": float((predicted == data.targets).mean()),
        "loss": cross_entropy(probabilities, data.targets),
        "seconds": round(seconds, 3),
        "batches": _batch_metrics(probabilities, data.targets),
        "calibration": calibration(confidences, predicted == data.targets),
        "known": rejection_summary(card, probabilities, outliers),
        "macro": {key: float(np.mean([metrics[key] for metrics in present])) for key in ("precision", "recall", "f1")},
        "classes": classes,
        "confusion_matrix": {"labels": labels, "rows": "true", "columns": "predicted", "counts": counts.tolist()},
        "mistakes": _mistakes(labels, data.targets, probabilities, predicted),
    }


def rejection_summary(card: ModelCard, probabilities: np.ndarray, outliers: np.ndarray | None = None) -> dict[str, Any]:
    """The card's threshold and how many predictions, float32 (n, labels), and outliers, float32 (m, labels), it rejects."""
    outlier_scores = None if outliers is None else card.score(outliers)
    rates = rejection_rates(card.score(probabilities), card.threshold, outlier_scores)
    return {"threshold": card.threshold, "score": card.score_name} | rates


def _batch_metrics(probabilities: np.ndarray, targets: np.ndarray) -> list[dict[str, Any]]:
    """Accuracy and loss of consecutive batches; `done` is the number of images up to the end of the batch."""
    size = max(MIN_BATCH_SIZE, -(-len(targets) // MAX_BATCHES))
    batches = []
    for start in range(0, len(targets), size):
        predictions, truth = probabilities[start : start + size], targets[start : start + size]
        accuracy = float((predictions.argmax(1) == truth).mean())
        batches.append({"done": start + len(truth), "accuracy": accuracy, "loss": cross_entropy(predictions, truth)})
    return batches


def _mistakes(
    labels: Sequence[str], targets: np.ndarray, probabilities: np.ndarray, predicted: np.ndarray
) -> list[dict[str, Any]]:
    """All mistakes, most confident first."""
    wrong = np.flatnonzero(predicted != targets)
    confidence = probabilities[wrong, predicted[wrong]]
    return [
        {"index": int(i), "true": labels[targets[i]], "predicted": labels[predicted[i]], "confidence": round(float(c), 6)}
        for i, c in sorted(zip(wrong, confidence, strict=True), key=lambda pair: -pair[1])
    ]
