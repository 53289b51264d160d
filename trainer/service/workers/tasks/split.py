"""The training, validation and test split of datasets."""

from typing import Any

import numpy as np

from trainer.data.split import TEST, TRAIN, VALIDATION, assign_splits
from trainer.service.workers.tasks.reading import read_dataset


def run(runner: Any, sets: list[dict[str, str]], seed: int, validation: float) -> dict[str, Any]:  # noqa: ARG001 every task
    """The labels, and the number of images of each label in each split. Raises InvalidDataset if the data cannot be split."""
    pool, split = assign_splits([read_dataset(**each) for each in sets], seed, validation)
    splits = {"training": TRAIN, "validation": VALIDATION, "test": TEST}
    counts = {name: np.bincount(pool.targets[split == which], minlength=len(pool.labels)) for name, which in splits.items()}
    return {"labels": list(pool.labels), "counts": {name: count.tolist() for name, count in counts.items()}}
