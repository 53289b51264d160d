"""The training, validation and test split of datasets."""

from typing import Any

import numpy as np

from inkling.datasets.dataset import rename_labels
from trainer.data.split import TEST, TRAIN, VALIDATION, assign_splits, read_fold
from trainer.label_names import parse_labels
from trainer.service.workers.tasks.reading import read_dataset
from trainer.settings import FitSettings


def run(runner: Any, sets: list[dict[str, str]], settings: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001 every task
    """The labels, and the number of images of each label in each split. Raises InvalidDataset if the data cannot be split."""
    fit = FitSettings.from_dict(settings)
    datasets, names = [read_dataset(**each) for each in sets], parse_labels(fit.labels)
    datasets = [rename_labels(dataset, names) for dataset in datasets] if names else datasets
    pool, split = assign_splits(datasets, fit.seed, fit.validation_split, read_fold(settings))
    splits = {"training": TRAIN, "validation": VALIDATION, "test": TEST}
    counts = {name: np.bincount(pool.targets[split == which], minlength=len(pool.labels)) for name, which in splits.items()}
    return {"labels": list(pool.labels), "counts": {name: count.tolist() for name, count in counts.items()}}
