"""Report: the result of scoring a labelled set with a model. The trainer and the server make it with this one function."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from server.inference.labelled.labelled_set import LabelledSet
from server.inference.metrics import confusion_matrix, cross_entropy, per_class
from server.inference.predictor import Predictor

SLICE = 2_000
"""Images between two notices of progress: about a second's work."""


def score(predictor: Predictor, data: LabelledSet, crops: str = "4", notice: Callable[[int], None] | None = None) -> dict:
    """Score a labelled set and return the report as the API gives it.

    Targets are matched to the model's labels by name. `notice` is called with the number of images answered so far.
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
    return report(predictor.card.name, predictor.card.labels, data, np.concatenate(parts), answers.offsets, seconds)


def report(
    model: str,
    labels: list[str],
    data: LabelledSet,
    probabilities: np.ndarray,
    offsets: list[tuple[int, int]],
    seconds: float,
) -> dict:
    """Make a report of answers, float32 (n, labels), to a set whose targets count in the same labels."""
    predicted = probabilities.argmax(1)
    counts = confusion_matrix(data.targets, predicted, len(labels))
    classes = [{"label": label, **figures} for label, figures in zip(labels, per_class(counts), strict=True)]
    seen = [figures for figures in classes if figures["n"]]
    return {
        "id": secrets.token_hex(8),
        "model": model,
        "created": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "data": {"name": data.name, "n": len(data), "sha256": data.sha256()},
        "crops": [list(offset) for offset in offsets],
        "accuracy": float((predicted == data.targets).mean()),
        "loss": cross_entropy(probabilities, data.targets),
        "seconds": round(seconds, 3),
        "macro": {key: float(np.mean([figures[key] for figures in seen])) for key in ("precision", "recall", "f1")},
        "classes": classes,
        "confusion_matrix": {"labels": labels, "rows": "true", "columns": "predicted", "counts": counts.tolist()},
        "mistakes": _mistakes(labels, data.targets, probabilities, predicted),
    }


def _mistakes(labels: list[str], targets: np.ndarray, probabilities: np.ndarray, predicted: np.ndarray) -> list[dict]:
    """Every mistake, the most confident first."""
    wrong = np.flatnonzero(predicted != targets)
    confidence = probabilities[wrong, predicted[wrong]]
    return [
        {"index": int(i), "true": labels[targets[i]], "predicted": labels[predicted[i]], "confidence": round(float(c), 6)}
        for i, c in sorted(zip(wrong, confidence, strict=True), key=lambda pair: -pair[1])
    ]
