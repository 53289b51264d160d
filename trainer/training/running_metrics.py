"""Running means of loss and accuracy: over the epoch, and over the latest images. Outliers count in the loss only."""

from collections import deque

import numpy as np

WINDOW = 2_000
"""Minimum number of images in the moving means: enough for a smooth curve that still follows."""


class RunningMetrics:
    """Accumulates the metrics that Keras reports, which are means over the images of one call of `Model.fit`."""

    def __init__(self) -> None:
        self.totals = np.zeros(4)  # sum of losses, images, correct predictions, images with a label
        self.history = deque([self.totals])
        self.part_totals = self.epoch_totals = self.totals
        self.cumulative_labeled = np.zeros(0, np.int64)

    def begin_epoch(self) -> None:
        """Begin an epoch."""
        self.epoch_totals = self.totals

    def begin_part(self, is_labeled: np.ndarray) -> None:
        """Begin a call of `Model.fit`; is_labeled: bool (n,), which of its images have a label, in order."""
        self.part_totals, self.cumulative_labeled = self.totals, np.cumsum(is_labeled)

    def add(self, done: int, loss: float, accuracy: float) -> None:
        """Add the means over the first `done` images of the part."""
        count = int(self.cumulative_labeled[done - 1])
        self.totals = self.part_totals + np.array([loss * done, done, accuracy * count, count])

    def epoch_means(self) -> tuple[float, float]:
        """Return loss and accuracy since the epoch began; the accuracy is 0 if no image had a label."""
        return _means(self.totals - self.epoch_totals)

    def moving_means(self) -> tuple[float, float]:
        """Return loss and accuracy over the latest WINDOW images and those since the previous call."""
        self.history.append(self.totals)
        while len(self.history) > 2 and self.totals[1] - self.history[1][1] >= WINDOW:
            self.history.popleft()
        return _means(self.totals - self.history[0])


def _means(sums: np.ndarray) -> tuple[float, float]:
    losses, images, correct, labeled = sums.tolist()
    return losses / max(images, 1), min(1.0, max(0.0, correct / max(labeled, 1)))
