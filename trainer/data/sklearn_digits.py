"""The 1,797 digits of 8×8 pixels that scikit-learn brings along: UCI optdigits (E. Alpaydin, C. Kaynak), its test part."""

from functools import lru_cache

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.limits import Limits
from trainer.data.read_only import shared

BRIGHTEST = 16


@lru_cache(maxsize=1)
def read_digits(limits: Limits) -> Dataset:
    """The set as images, with no network. It stays in memory, where it takes 1.4 MB."""
    from sklearn.datasets import load_digits  # half a second, which only this set should cost

    bundled = load_digits()
    pixels = np.rint(bundled.images * (255 / BRIGHTEST)).astype(np.uint8)  # (n, 8, 8), 0..16 -> 0..255
    return shared(Dataset.from_pictures("digits", pixels, [str(label) for label in bundled.target.tolist()], limits))
