"""Description of a labeled dataset as text, and a sheet of samples."""

import numpy as np
from PIL import Image

from inkling.datasets.dataset import Dataset
from inkling.plotting.image_grid import COLUMNS, image_grid
from trainer.data.duplicates import duplicate_mask
from trainer.data.split import TEST_SHARE, split

BAR_LENGTH = 40
"""Length of the longest bar of the histogram, in characters."""


def describe(dataset: Dataset, seed: int = 0) -> str:
    """Return counts, shapes, test images that duplicate training images, and a histogram of the labels, as lines of text.

    Raises InvalidDataset if the dataset can't be split.
    """
    splits = split([dataset], seed, 0)
    duplicates = duplicate_mask(splits.train, splits.test)
    facts = {
        "dataset": dataset.name,
        "SHA-256": dataset.sha256(),
        "images": f"{dataset.images.shape} {dataset.images.dtype}, 0 = paper, 255 = ink",
        "empty": f"{dataset.empty:,} pictures without ink, skipped",
        "labels": f"{len(dataset.labels)}",
        "training": f"{splits.train.images.shape}",
        "test": f"{splits.test.images.shape}, {_split_rule(dataset, seed)}",
        "duplicates": f"{duplicates.sum():,} of {len(duplicates):,} test images are also training images",
    }
    if dataset.writers:
        train_writers, test_writers = (len(set(each.writers or ())) for each in (splits.train, splits.test))
        facts["writers"] = f"{len(set(dataset.writers)):,}: {train_writers} for training, {test_writers} for testing"
    return "\n".join([*(f"{name:<12}{fact}" for name, fact in facts.items()), "", *_histogram(dataset)])


def sample_sheet(dataset: Dataset, seed: int = 0) -> Image.Image:
    """Draw up to ten random images of each label, one row per label if there are ten."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(dataset))
    chosen = [order[dataset.targets[order] == target][:COLUMNS] for target in range(len(dataset.labels))]
    indices = np.concatenate(chosen)
    return image_grid(dataset.images[indices], [dataset.labels[target] for target in dataset.targets[indices]])


def _split_rule(dataset: Dataset, seed: int) -> str:
    if dataset.in_test is not None:
        return "the dataset's own test split"
    return f"{TEST_SHARE:.0%} by {'writer' if dataset.writers else 'label'}, seed {seed}"


def _histogram(dataset: Dataset) -> list[str]:
    counts = dataset.counts()
    highest, width = max(counts.values()), max(map(len, counts))
    return [
        f"{label:<{width}}  {n:>9,}  {n / len(dataset):6.1%}  {'█' * round(BAR_LENGTH * n / highest)}"
        for label, n in counts.items()
    ]
