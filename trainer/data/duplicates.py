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
