"""Outcome: the predicted labels of several pictures."""

from dataclasses import dataclass

import numpy as np

from inkling.models.model_card import ModelCard


@dataclass(frozen=True)
class Outcome:
    """The most probable label of each of n pictures. confidences: float32 (n,). known: bool (n,), see `ModelCard.is_known`."""

    labels: list[str]
    confidences: np.ndarray
    known: np.ndarray

    @classmethod
    def of(cls, card: ModelCard, probabilities: np.ndarray) -> "Outcome":
        """From the probabilities, float32 (n, labels), not rounded: a rounded 0 would exclude a label."""
        labels = [card.labels[winner] for winner in probabilities.argmax(1)]
        return cls(labels, probabilities.max(1), card.is_known(probabilities))
