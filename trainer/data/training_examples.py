"""Training examples: all images of a fit with their targets in one array, and the order in which an epoch visits them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trainer.data.split import Split


@dataclass(frozen=True)
class TrainingExamples:
    """Training images, training outliers, validation images and validation outliers, in this order.

    images: uint8 (n, 28, 28). targets: int32 (n,); the number of labels marks an outlier. labeled, outliers: number of training
    images and of training outliers. strokes: the strokes of each image that has some, from which variants are rendered.
    """

    images: np.ndarray
    targets: np.ndarray
    labeled: int
    outliers: int
    strokes: list[list[np.ndarray] | None]

    @classmethod
    def from_split(cls, split: Split) -> "TrainingExamples":
        """Concatenate the training and validation images of a split."""
        outlier_target = len(split.train.labels)
        images: list[np.ndarray] = []
        targets: list[np.ndarray] = []
        strokes: list[list[np.ndarray] | None] = []
        for part in ("train", "validation"):
            dataset, outliers = getattr(split, part), getattr(split.outliers, part, None)
            images += [dataset.images] if outliers is None else [dataset.images, outliers.images]
            targets += [dataset.targets] if outliers is None else [dataset.targets, np.full(len(outliers), outlier_target)]
        for dataset in (split.train, getattr(split.outliers, "train", None)):
            strokes += [] if dataset is None else dataset.strokes or [None] * len(dataset)
        strokes += [None] * (sum(map(len, images)) - len(strokes))
        n_outliers = 0 if split.outliers is None else len(split.outliers.train)
        return cls(np.concatenate(images), np.concatenate(targets).astype(np.int32), len(split.train), n_outliers, strokes)

    @cached_property
    def with_strokes(self) -> np.ndarray:
        """Indices of the training images that have strokes, int64."""
        return np.array([index for index in range(self.labeled) if self.strokes[index] is not None], np.int64)

    def epoch_size(self, stroke_repeats: int, outlier_share: float) -> tuple[int, int]:
        """Return the number of labeled images and of outliers in an epoch.

        Images with strokes occur `stroke_repeats` times, others once; outliers are a fraction, 0 to below 1, of the epoch.
        """
        labeled = self.labeled + (stroke_repeats - 1) * len(self.with_strokes)
        return labeled, round(labeled * outlier_share / (1 - outlier_share)) if self.outliers else 0

    def epoch_order(self, seed: int, epoch: int, stroke_repeats: int, outlier_share: float) -> np.ndarray:
        """Return the indices of an epoch's images, shuffled, int32: see `epoch_size`."""
        rng = np.random.default_rng([seed, epoch])
        labeled, wanted = self.epoch_size(stroke_repeats, outlier_share)
        rounds = -(-wanted // self.outliers) if wanted else 0
        outliers = [self.labeled + rng.permutation(self.outliers) for _ in range(rounds)]
        repeated = np.repeat(self.with_strokes, stroke_repeats - 1)
        chosen = np.concatenate([np.arange(self.labeled), repeated, *outliers])
        return rng.permutation(chosen[: labeled + wanted]).astype(np.int32)

    @property
    def validation(self) -> tuple[np.ndarray, np.ndarray]:
        """Indices, int32, and targets of the validation images and outliers."""
        begin = self.labeled + self.outliers
        return np.arange(begin, len(self.images), dtype=np.int32), self.targets[begin:]
