"""Evaluator: runs a model on a dataset. The trainer and the server both evaluate with it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.evaluation.metrics import cross_entropy
from inkling.evaluation.report import build_report
from inkling.models.crops import crop_offsets
from inkling.models.predictor import Predictor

SLICE_SIZE = 500
"""Images between two progress updates: well under a second of work, whatever the crops."""


@dataclass(frozen=True)
class EvaluationProgress:
    """The number of images done out of n, and accuracy and loss so far."""

    done: int
    n: int
    accuracy: float
    loss: float


class Evaluator:
    """Predicts a dataset slice by slice: iterate over it, which yields progress, then call `report`.

    data: the dataset, with targets that index the model's labels. probabilities: float32 (n, labels), filled slice by slice.
    """

    def __init__(self, predictor: Predictor, data: Dataset, crops: str = "4"):
        """Raises InvalidDataset if the dataset has a label that the model lacks, InvalidInput if `crops` is unknown."""
        self.predictor, self.crops = predictor, crops
        self.offsets = crop_offsets(predictor.card, crops)
        self.data = data.with_labels(predictor.card.labels)
        self.probabilities = np.empty((len(data), len(predictor.card.labels)), np.float32)
        self.seconds = 0.0

    def __iter__(self) -> Iterator[EvaluationProgress]:
        n, correct, loss = len(self.data), 0, 0.0
        for start in range(0, n, SLICE_SIZE):
            part = slice(start, min(start + SLICE_SIZE, n))
            started = time.perf_counter()
            probabilities = self.predictor.predict(self.data.images[part], self.crops).probabilities
            self.seconds += time.perf_counter() - started
            self.probabilities[part] = probabilities
            correct += int((probabilities.argmax(1) == self.data.targets[part]).sum())
            loss += cross_entropy(probabilities, self.data.targets[part]) * len(probabilities)
            yield EvaluationProgress(part.stop, n, correct / part.stop, loss / part.stop)

    def report(self, outliers: Dataset | None = None) -> dict[str, Any]:
        """Build the report, see `evaluate_dataset`."""
        others = None if outliers is None else self.predictor.predict(outliers.images, self.crops).probabilities
        return build_report(self.predictor.card, self.data, self.probabilities, self.offsets, self.seconds, others)


def evaluate_dataset(
    predictor: Predictor,
    data: Dataset,
    crops: str = "4",
    on_progress: Callable[[int], None] | None = None,
    outliers: Dataset | None = None,
) -> dict[str, Any]:
    """Evaluate a model on a dataset and return the report, as the API returns it.

    Targets are matched to the model's labels by name. `on_progress` is called with the number of images done so far.
    outliers: images that are none of the model's labels, whatever their own labels; only the report's `known` depends on them.
    Raises InvalidDataset if the dataset has a label that the model lacks, InvalidInput if `crops` is unknown.
    """
    evaluator = Evaluator(predictor, data, crops)
    for progress in evaluator:
        if on_progress:
            on_progress(progress.done)
    return evaluator.report(outliers)
