"""Detection of identical images."""

from hashlib import blake2b

import numpy as np

from inkling.datasets.dataset import Dataset


def fingerprints(images: np.ndarray) -> list[bytes]:
    """Return a 16-byte hash of each image, uint8 (n, 28, 28)."""
    return [blake2b(image.tobytes(), digest_size=16).digest() for image in images]


def duplicate_mask(train: Dataset, test: Dataset) -> np.ndarray:
    """Return which test images are also training images, whatever their label: bool (len(test),)."""
    train_fingerprints = set(fingerprints(train.images))
    return np.array([fingerprint in train_fingerprints for fingerprint in fingerprints(test.images)], bool)


def count_copies(images: np.ndarray) -> dict[int, int]:
    """Return position -> number of identical images, for each image, uint8 (n, 28, 28), that occurs more than once.

    Identical images follow one another, in the order of their first ones.
    """
    groups: dict[bytes, list[int]] = {}
    for position, fingerprint in enumerate(fingerprints(images)):
        groups.setdefault(fingerprint, []).append(position)
    return {position: len(group) for group in groups.values() if len(group) > 1 for position in group}
