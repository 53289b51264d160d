"""Positions: which training images each step sees."""

import keras
import numpy as np


class Positions(keras.utils.PyDataset):
    """Batches of (positions int32 (b,), targets int32 (b,)), in an order that seed and epoch decide.

    Every batch is full, so that a compiled step has one shape; which images are left over changes with the epoch.
    """

    def __init__(self, targets: np.ndarray, batch_size: int, seed: int, first_epoch: int = 0):
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=8)
        self.targets = targets.astype(np.int32)
        self.batch_size = min(batch_size, len(targets))
        self.seed, self.epoch = seed, first_epoch
        self._shuffle()

    def __len__(self) -> int:
        return len(self.targets) // self.batch_size

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        return chosen, self.targets[chosen]

    def on_epoch_end(self) -> None:
        """Shuffle for the next epoch."""
        self.epoch += 1
        self._shuffle()

    def _shuffle(self) -> None:
        self.order = np.random.default_rng([self.seed, self.epoch]).permutation(len(self.targets)).astype(np.int32)
