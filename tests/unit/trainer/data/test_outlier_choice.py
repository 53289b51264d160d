"""Which outliers a fit gets by default."""

import numpy as np
import pytest

from inkling.datasets.dataset import Dataset
from trainer.data.outliers import AUTO, AUTOMATIC, MIN_VALIDATION_IMAGES, choose_outliers
from trainer.data.split import Split


def make_split(labels: tuple[str, ...], validation: int) -> Split:
    """A split with so many validation images."""

    def make(n: int) -> Dataset:
        return Dataset("data", np.zeros((n, 28, 28), np.uint8), labels, np.arange(n) % len(labels))

    return Split(make(5), make(validation), make(5))


@pytest.mark.parametrize(
    ("labels", "validation", "chosen"),
    [
        (("0", "1", "2"), MIN_VALIDATION_IMAGES, AUTOMATIC),
        (("A", "b", "ß", "中"), MIN_VALIDATION_IMAGES, AUTOMATIC),
        (("0", "1", "2"), MIN_VALIDATION_IMAGES - 1, ()),
        (("circle", "cross"), 10 * MIN_VALIDATION_IMAGES, ()),
        (("0", "+"), 10 * MIN_VALIDATION_IMAGES, ()),
        (("9", "10"), 10 * MIN_VALIDATION_IMAGES, ()),
    ],
)
def test_default(labels, validation, chosen):
    """Synthetic ones if every label is a digit or a letter and there are enough validation images, otherwise none."""
    assert choose_outliers([AUTO], make_split(labels, validation)) == list(chosen)


def test_explicit_outliers_stay():
    """What the user names is used for any labels; nothing is used twice."""
    parts = make_split(("circle", "cross"), 3)
    assert choose_outliers(["pairs", "letters.npz"], parts) == ["pairs", "letters.npz"]
    assert choose_outliers([AUTO, "cuts"], parts) == ["cuts"]
    assert choose_outliers([AUTO, "faces"], make_split(("0", "1"), MIN_VALIDATION_IMAGES)) == list(AUTOMATIC)
