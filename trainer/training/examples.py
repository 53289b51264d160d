"""Examples: the images of a fit with their targets, in one list, and which of them an epoch goes through."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trainer.data.split import Split


@dataclass(frozen=True)
class Examples:
    """Training images, training outliers, validation images and validation outliers, one after the other.

    images: uint8 (n, 28, 28). targets: int32 (n,); "number of labels" stands for an outlier. labelled, outliers: how many
    of the first are training images, and how many of the next training outliers. What is left is for validation.
    drawings: for each image the strokes that it may be drawn anew from in training, or None.
    """

    images: np.ndarray
    targets: np.ndarray
    labelled: int
    outliers: int
    drawings: list[list[np.ndarray] | None]

    @classmethod
    def of(cls, split: Split) -> "Examples":
        """The examples of the training and validation parts."""
        none = len(split.train.labels)
        images, targets, drawings = [], [], []
        for part in ("train", "validation"):
            known, others = getattr(split, part), getattr(split.outliers, part, None)
            images += [known.images] if others is None else [known.images, others.images]
            targets += [known.targets] if others is None else [known.targets, np.full(len(others), none)]
        for part in (split.train, getattr(split.outliers, "train", None)):
            drawings += [] if part is None else part.strokes or [None] * len(part)
        drawings += [None] * (sum(map(len, images)) - len(drawings))
        outliers = 0 if split.outliers is None else len(split.outliers.train)
        return cls(np.concatenate(images), np.concatenate(targets).astype(np.int32), len(split.train), outliers, drawings)

    @cached_property
    def drawn_anew(self) -> np.ndarray:
        """Positions of the training images that may be drawn anew, int64; looked for once, not in every epoch."""
        return np.array([place for place in range(self.labelled) if self.drawings[place] is not None], np.int64)

    def an_epoch(self, passes: int, share: float) -> tuple[int, int]:
        """How many labelled images and how many outliers an epoch has.

        Drawings come `passes` times, other images once; outliers are a share, 0 to below 1, of all.
        """
        labelled = self.labelled + (passes - 1) * len(self.drawn_anew)
        return labelled, round(labelled * share / (1 - share)) if self.outliers else 0

    def order(self, seed: int, epoch: int, passes: int, share: float) -> np.ndarray:
        """Positions of an epoch's images, int32: see `an_epoch`."""
        rng = np.random.default_rng([seed, epoch])
        labelled, wanted = self.an_epoch(passes, share)
        rounds = -(-wanted // self.outliers) if wanted else 0
        drawn = [rng.permutation(self.outliers) for _ in range(rounds)]
        again = np.repeat(self.drawn_anew, passes - 1)
        chosen = np.concatenate([np.arange(self.labelled), again, *(self.labelled + another for another in drawn)])
        return rng.permutation(chosen[: labelled + wanted]).astype(np.int32)

    @property
    def validation(self) -> tuple[np.ndarray, np.ndarray]:
        """Positions, int32, and targets of the validation images and outliers."""
        begin = self.labelled + self.outliers
        return np.arange(begin, len(self.images), dtype=np.int32), self.targets[begin:]
