"""PredictionPage: a network's predictions for some images of its validation set."""

from dataclasses import dataclass
from typing import Any

import numpy as np

DECIMALS = 6
"""Of a probability."""


@dataclass(frozen=True)
class PredictionPage:
    """step: the training step, None for the best weights. begin: the index of the first image. n: size of the validation set.

    images: uint8 (m, 28, 28). targets: int (m,). probabilities: float32 (m, labels), for the center crop alone.
    """

    step: int | None
    begin: int
    n: int
    labels: list[str]
    images: np.ndarray
    targets: np.ndarray
    probabilities: np.ndarray

    def to_dict(self) -> dict[str, Any]:
        """Return the page as JSON; `next` is the beginning of the next page, None on the last one."""
        end = self.begin + len(self.images)
        rows = zip(self.images, self.targets, self.probabilities, strict=True)
        return {
            "step": self.step,
            "n": self.n,
            "labels": self.labels,
            "predictions": [
                {
                    "index": self.begin + offset,
                    "label": self.labels[target],
                    "predicted": self.labels[int(probabilities.argmax())],
                    "probabilities": [round(float(probability), DECIMALS) for probability in probabilities],
                    "image": image.tolist(),
                }
                for offset, (image, target, probabilities) in enumerate(rows)
            ],
            "next": end if end < self.n else None,
        }
