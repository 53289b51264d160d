"""Means of loss and accuracy, since an epoch began and over the latest images. Outliers count in the loss alone."""

from collections import deque

import numpy as np

RECENT = 2_000
"""Images that the moving means look back over, at least: enough for a curve that is quiet and still follows."""


class Means:
    """Adds up what Keras tells, which is a mean over what it was given at once: a part of an epoch."""

    def __init__(self):
        self.now = np.zeros(4)  # sum of losses, images, right answers, images with a label; since the first `begin_epoch`
        self.marks = deque([self.now])
        self.part = self.epoch = self.now
        self.labelled = np.zeros(0, np.int64)

    def begin_epoch(self) -> None:
        """An epoch begins."""
        self.epoch = self.now

    def begin_part(self, labelled: np.ndarray) -> None:
        """Keras is given images; `labelled`, bool (n,), tells which have a label, in their order."""
        self.part, self.labelled = self.now, np.cumsum(labelled)

    def add(self, done: int, loss: float, accuracy: float) -> None:
        """Of the part's images `done` were learnt from; loss and accuracy are the means over them."""
        count = int(self.labelled[done - 1])
        self.now = self.part + np.array([loss * done, done, accuracy * count, count])

    def of_epoch(self) -> tuple[float, float]:
        """Loss and accuracy since the epoch began; the accuracy is 0 where no image had a label."""
        return _means(self.now - self.epoch)

    def moving(self) -> tuple[float, float]:
        """Loss and accuracy over the latest RECENT images, and those since the call before."""
        self.marks.append(self.now)
        while len(self.marks) > 2 and self.now[1] - self.marks[1][1] >= RECENT:
            self.marks.popleft()
        return _means(self.now - self.marks[0])


def _means(sums: np.ndarray) -> tuple[float, float]:
    losses, images, right, labelled = sums.tolist()
    return losses / max(images, 1), min(1.0, max(0.0, right / max(labelled, 1)))
