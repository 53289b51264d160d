"""Predictions: what a network answers to some images of its validation part."""

from dataclasses import dataclass

import numpy as np

DIGITS = 6
"""Decimals of a probability: four more than anybody looks at."""


@dataclass(frozen=True)
class Predictions:
    """step: how many the network has learnt in, None for best weights. begin: the first image's place. n: of the whole part.

    images: uint8 (m, 28, 28). targets: int (m,). probabilities: float32 (m, labels), for the centre crop alone.
    """

    step: int | None
    begin: int
    n: int
    labels: list[str]
    images: np.ndarray
    targets: np.ndarray
    probabilities: np.ndarray

    def to_dict(self) -> dict:
        """As JSON; next: where the next page begins, None after the last."""
        after = self.begin + len(self.images)
        rows = zip(self.images, self.targets, self.probabilities, strict=True)
        return {
            "step": self.step,
            "n": self.n,
            "labels": self.labels,
            "predictions": [
                {
                    "index": self.begin + place,
                    "label": self.labels[target],
                    "answer": self.labels[int(shares.argmax())],
                    "probabilities": [round(float(share), DIGITS) for share in shares],
                    "image": image.tolist(),
                }
                for place, (image, target, shares) in enumerate(rows)
            ],
            "next": after if after < self.n else None,
        }
