"""What a labelled set holds: the facts as text, and a sheet of samples."""

import numpy as np
from PIL import Image

from inkling.datasets.dataset import Dataset
from inkling.plotting.image_grid import COLUMNS, image_grid
from trainer.data.duplicates import seen_before
from trainer.data.split import TEST_SHARE, split

BAR = 40
"""Characters of the longest bar of the histogram."""


def describe(known: Dataset, seed: int = 0) -> str:
    """Counts, shapes, duplicates between the training and test parts, and a histogram of the labels, as lines of text.

    Raises BadData where the set cannot be parted to learn from it.
    """
    parts = split([known], seed, 0)
    seen = seen_before(parts.train, parts.test)
    facts = {
        "set": known.name,
        "SHA-256": known.sha256(),
        "images": f"{known.images.shape} {known.images.dtype}, 0 = paper, 255 = ink",
        "empty": f"{known.empty:,} pictures without ink, left out",
        "labels": f"{len(known.labels)}",
        "training": f"{parts.train.images.shape}",
        "test": f"{parts.test.images.shape}, {_rule(known, seed)}",
        "duplicates": f"{seen.sum():,} of {len(seen):,} test images are in the training part as well",
    }
    if known.writers:
        apart = f"{len(set(parts.train.writers))} in the training part, {len(set(parts.test.writers))} in the test part"
        facts["writers"] = f"{len(set(known.writers)):,}: {apart}"
    return "\n".join([*(f"{name:<12}{fact}" for name, fact in facts.items()), "", *_histogram(known)])


def sample_sheet(known: Dataset, seed: int = 0) -> Image.Image:
    """Up to ten images of each label, chosen by seed, a row a label where there are ten."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(known))
    chosen = [order[known.targets[order] == target][:COLUMNS] for target in range(len(known.labels))]
    positions = np.concatenate(chosen)
    return image_grid(known.images[positions], [known.labels[target] for target in known.targets[positions]])


def _rule(known: Dataset, seed: int) -> str:
    if known.in_test is not None:
        return "named by the set"
    return f"{TEST_SHARE:.0%} by {'writer' if known.writers else 'label'}, seed {seed}"


def _histogram(known: Dataset) -> list[str]:
    counts = known.counts()
    most, longest = max(counts.values()), max(map(len, counts))
    return [f"{label:<{longest}}  {n:>9,}  {n / len(known):6.1%}  {'█' * round(BAR * n / most)}" for label, n in counts.items()]
