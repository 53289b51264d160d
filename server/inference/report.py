"""Report: the result of scoring a labelled set with a model. The trainer and the server make it with this one function."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from server.inference.card import Card
from server.inference.labelled.labelled_set import LabelledSet
from server.inference.metrics import calibration, confusion_matrix, cross_entropy, per_class, refusals
from server.inference.predictor import Predictor

SLICE = 2_000
"""Images between two notices of progress: about a second's work."""


def score(
    predictor: Predictor,
    data: LabelledSet,
    crops: str = "4",
    notice: Callable[[int], None] | None = None,
    outliers: LabelledSet | None = None,
) -> dict:
    """Score a labelled set and return the report as the API gives it.

    Targets are matched to the model's labels by name. `notice` is called with the number of images answered so far.
    outliers: images that are none of the model's labels, whatever they are called; they serve for the report's `known` only.
    Raises BadData where the set holds a label that the model does not have, BadInput for unknown `crops`.
    """
    data = data.relabelled(predictor.card.labels)
    started = time.perf_counter()
    parts = []
    for start in range(0, len(data), SLICE):
        answers = predictor.predict(data.images[start : start + SLICE], crops)
        parts.append(answers.probabilities)
        if notice:
            notice(min(start + SLICE, len(data)))
    seconds = time.perf_counter() - started
    others = None if outliers is None else predictor.predict(outliers.images, crops).probabilities
    return report(predictor.card, data, np.concatenate(parts), answers.offsets, seconds, others)


def report(
    card: Card,
    data: LabelledSet,
    probabilities: np.ndarray,
    offsets: list[tuple[int, int]],
    seconds: float,
    outliers: np.ndarray | None = None,
) -> dict:
    """Make a report of answers, float32 (n, labels), to a set whose targets count in the card's labels.

    outliers: answers, float32 (m, labels), to images that are none of the labels.
    """
    labels = card.labels
    predicted, confidences = probabilities.argmax(1), probabilities.max(1)
    counts = confusion_matrix(data.targets, predicted, len(labels))
    classes = [{"label": label, **figures} for label, figures in zip(labels, per_class(counts), strict=True)]
    seen = [figures for figures in classes if figures["n"]]
    return {
        "id": secrets.token_hex(8),
        "model": card.name,
        "created": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "data": {"name": data.name, "n": len(data), "sha256": data.sha256()},
        "crops": [list(offset) for offset in offsets],
        "accuracy": float((predicted == data.targets).mean()),
        "loss": cross_entropy(probabilities, data.targets),
        "seconds": round(seconds, 3),
        "calibration": calibration(confidences, predicted == data.targets),
        "known": known(card, probabilities, outliers),
        "macro": {key: float(np.mean([figures[key] for figures in seen])) for key in ("precision", "recall", "f1")},
        "classes": classes,
        "confusion_matrix": {"labels": labels, "rows": "true", "columns": "predicted", "counts": counts.tolist()},
        "mistakes": _mistakes(labels, data.targets, probabilities, predicted),
    }


def known(card: Card, probabilities: np.ndarray, outliers: np.ndarray | None = None) -> dict:
    """What the card's threshold does to answers, float32 (n, labels), and to those to outliers, float32 (m, labels).

    See `refusals`.
    """
    others = None if outliers is None else card.sureness(outliers)
    figures = refusals(card.sureness(probabilities), card.threshold, others)
    return {"threshold": card.threshold, "score": card.score} | figures


def _mistakes(labels: list[str], targets: np.ndarray, probabilities: np.ndarray, predicted: np.ndarray) -> list[dict]:
    """Every mistake, the most confident first."""
    wrong = np.flatnonzero(predicted != targets)
    confidence = probabilities[wrong, predicted[wrong]]
    return [
        {"index": int(i), "true": labels[targets[i]], "predicted": labels[predicted[i]], "confidence": round(float(c), 6)}
        for i, c in sorted(zip(wrong, confidence, strict=True), key=lambda pair: -pair[1])
    ]
