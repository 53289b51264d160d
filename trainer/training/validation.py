"""Validation: what a network answers to the images that are kept aside to choose its best weights by."""

from dataclasses import dataclass

import numpy as np

from inkling.evaluation.metrics import confusion_matrix

WORST = 16
"""Mistakes that are told of each epoch."""


@dataclass(frozen=True)
class Validation:
    """loss: mean over images and outliers, with the penalty on kernels. probabilities: float (n, labels). targets: int (n,)."""

    loss: float
    probabilities: np.ndarray
    targets: np.ndarray

    @property
    def predicted(self) -> np.ndarray:
        """The label that each image was read as, int (n,)."""
        return self.probabilities.argmax(1)

    @property
    def accuracy(self) -> float:
        """Share that was read right."""
        return float((self.predicted == self.targets).mean())

    @property
    def confusion(self) -> np.ndarray:
        """int64 (labels, labels): rows true, columns predicted."""
        return confusion_matrix(self.targets, self.predicted, self.probabilities.shape[1])

    def per_class(self, labels: list[str]) -> list[dict]:
        """label, n and accuracy of each label; None where there is no image of it."""
        counts = self.confusion
        return [
            {"label": label, "n": int(row.sum()), "accuracy": float(row[place] / row.sum()) if row.any() else None}
            for place, (label, row) in enumerate(zip(labels, counts, strict=True))
        ]

    def mistakes(self, labels: list[str]) -> list[dict]:
        """index in the validation part, true, predicted and confidence of the WORST mistakes, the surest first."""
        predicted, confidence = self.predicted, self.probabilities.max(1)
        wrong = np.flatnonzero(predicted != self.targets)
        worst = wrong[np.argsort(-confidence[wrong], kind="stable")[:WORST]]
        return [
            {
                "index": int(index),
                "true": labels[self.targets[index]],
                "predicted": labels[predicted[index]],
                "confidence": float(confidence[index]),
            }
            for index in worst
        ]
