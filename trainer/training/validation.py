"""Validation: loss, accuracy and mistakes on the validation set after an epoch."""

from dataclasses import dataclass

import numpy as np

from inkling.evaluation.metrics import confusion_matrix

MAX_MISTAKES = 16
"""Mistakes reported for each epoch."""


@dataclass(frozen=True)
class ValidationResult:
    """loss: see `validation_loss`, with the kernel penalty. probabilities: float (n, labels). targets: int (n,)."""

    loss: float
    probabilities: np.ndarray
    targets: np.ndarray

    @property
    def predicted(self) -> np.ndarray:
        """Most probable label of each image, int (n,)."""
        return self.probabilities.argmax(1)

    @property
    def accuracy(self) -> float:
        """Fraction of correct predictions."""
        return float((self.predicted == self.targets).mean())

    @property
    def confusion_matrix(self) -> np.ndarray:
        """Counts, int64 (labels, labels): rows true, columns predicted."""
        return confusion_matrix(self.targets, self.predicted, self.probabilities.shape[1])

    def per_class(self, labels: list[str]) -> list[dict]:
        """Return label, n and accuracy of each label; the accuracy is None without images."""
        return [
            {"label": label, "n": int(row.sum()), "accuracy": float(row[index] / row.sum()) if row.any() else None}
            for index, (label, row) in enumerate(zip(labels, self.confusion_matrix, strict=True))
        ]

    def mistakes(self, labels: list[str]) -> list[dict]:
        """Return index, true, predicted and confidence of up to MAX_MISTAKES mistakes, most confident first."""
        predicted, confidence = self.predicted, self.probabilities.max(1)
        wrong = np.flatnonzero(predicted != self.targets)
        worst = wrong[np.argsort(-confidence[wrong], kind="stable")[:MAX_MISTAKES]]
        return [
            {
                "index": int(index),
                "true": labels[self.targets[index]],
                "predicted": labels[predicted[index]],
                "confidence": float(confidence[index]),
            }
            for index in worst
        ]


def validation_loss(losses: np.ndarray, has_label: np.ndarray, outlier_share: float) -> float:
    """The mean loss of images and outliers, in which outliers have the weight that they have in training.

    losses: float (n,). has_label: bool (n,), false for outliers. outlier_share: their fraction of an epoch, 0 to below 1. There
    may be far more outliers than images in a validation set: their number must not decide which epoch is best.
    """
    loss = float(losses[has_label].mean())
    if has_label.all():
        return loss
    return (1 - outlier_share) * loss + outlier_share * float(losses[~has_label].mean())
