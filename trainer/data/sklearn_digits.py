"""The 1,797 digits of 8×8 pixels in scikit-learn: the test set of UCI optdigits (E. Alpaydin, C. Kaynak)."""

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.limits import Limits

MAX_GRAY = 16


def read_digits(limits: Limits) -> Dataset:
    """Return the digits as a dataset. Needs no network access."""
    from sklearn.datasets import load_digits  # takes half a second to import

    bundled = load_digits()
    pixels = np.rint(bundled.images * (255 / MAX_GRAY)).astype(np.uint8)  # (n, 8, 8), 0..16 -> 0..255
    return Dataset.from_pictures("digits", pixels, [str(label) for label in bundled.target.tolist()], limits)
