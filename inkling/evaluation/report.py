"""Report: the result of scoring a labelled set with a model. The trainer and the server make it with this one function."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from inkling.datasets.dataset import LabelledSet
from inkling.evaluation.metrics import calibration, confusion_matrix, cross_entropy, per_class, refusals
from inkling.models.crops import offsets
from inkling.models.model_card import Card
from inkling.models.predictor import Predictor

SLICE = 500
"""Images between two notices of progress: well under a second's work, whatever the crops."""

BATCHES, LEAST_BATCH = 100, 10
"""A report tells accuracy and loss of at most so many batches, each of at least so many images but the last."""


@dataclass(frozen=True)
class Progress:
    """How far a scoring is: images answered out of n, with the accuracy and the loss of those."""

    done: int
    n: int
    accuracy: float
    loss: float


class Scoring:
    """A labelled set that is scored slice by slice: go through it, which answers and tells how far it is, then ask for its
    report.

    data: the set, with targets that count in the model's labels. probabilities: float32 (n, labels), as far as they are
    answered.
    """

    def __init__(self, predictor: Predictor, data: LabelledSet, crops: str = "4"):
        """Raises BadData where the set holds a label that the model does not have, BadInput for unknown `crops`."""
        self.predictor, self.crops = predictor, crops
        self.offsets = offsets(predictor.card, crops)
        self.data = data.relabelled(predictor.card.labels)
        self.probabilities = np.empty((len(data), len(predictor.card.labels)), np.float32)
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Progress]:
        n, right, loss = len(self.data), 0, 0.0
        for start in range(0, n, SLICE):
            part = slice(start, min(start + SLICE, n))
            started = time.perf_counter()
            answers = self.predictor.predict(self.data.images[part], self.crops).probabilities
            self.seconds += time.perf_counter() - started
            self.probabilities[part] = answers
            right += int((answers.argmax(1) == self.data.targets[part]).sum())
            loss += cross_entropy(answers, self.data.targets[part]) * len(answers)
            yield Progress(part.stop, n, right / part.stop, loss / part.stop)

    def report(self, outliers: LabelledSet | None = None) -> dict:
        """The report, as the API gives it."""
        others = None if outliers is None else self.predictor.predict(outliers.images, self.crops).probabilities
        return report(self.predictor.card, self.data, self.probabilities, self.offsets, self.seconds, others)


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
    scoring = Scoring(predictor, data, crops)
    for progress in scoring:
        if notice:
            notice(progress.done)
    return scoring.report(outliers)


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
        "batches": _batches(probabilities, data.targets),
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


def _batches(probabilities: np.ndarray, targets: np.ndarray) -> list[dict]:
    """Accuracy and loss of one batch after the other, each by itself; `done`: images up to its end."""
    size = max(LEAST_BATCH, -(-len(targets) // BATCHES))
    batches = []
    for start in range(0, len(targets), size):
        answers, right = probabilities[start : start + size], targets[start : start + size]
        accuracy = float((answers.argmax(1) == right).mean())
        batches.append({"done": start + len(right), "accuracy": accuracy, "loss": cross_entropy(answers, right)})
    return batches


def _mistakes(labels: list[str], targets: np.ndarray, probabilities: np.ndarray, predicted: np.ndarray) -> list[dict]:
    """Every mistake, the most confident first."""
    wrong = np.flatnonzero(predicted != targets)
    confidence = probabilities[wrong, predicted[wrong]]
    return [
        {"index": int(i), "true": labels[targets[i]], "predicted": labels[predicted[i]], "confidence": round(float(c), 6)}
        for i, c in sorted(zip(wrong, confidence, strict=True), key=lambda pair: -pair[1])
    ]
