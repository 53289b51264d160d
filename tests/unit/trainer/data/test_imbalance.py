"""Class imbalance is said, and weights make up for it."""

import numpy as np
import pytest

from inkling.datasets.dataset import Dataset
from trainer.data.imbalance import WARNING_RATIO, balanced_weights, describe_imbalance


def make_dataset(counts: list[int]) -> Dataset:
    """Blank images, so many of each label."""
    labels = tuple("abcdef"[: len(counts)])
    return Dataset("data", np.zeros((sum(counts), 28, 28), np.uint8), labels, np.repeat(np.arange(len(counts)), counts))


def test_weights_balance_the_labels():
    """Every label has the same total weight, and the mean over all images is 1."""
    dataset = make_dataset([90, 9, 1])
    weights = balanced_weights(dataset)
    assert weights.dtype == np.float32
    np.testing.assert_allclose(np.bincount(dataset.targets, weights[dataset.targets]), [100 / 3] * 3, rtol=1e-6)
    assert weights[dataset.targets].mean() == pytest.approx(1)


@pytest.mark.parametrize(("counts", "warns"), [([100, 10], True), ([99, 10], False), ([5, 5, 5], False), ([1, 500, 30], True)])
def test_warning(counts, warns):
    """The rarest and the most frequent label are named, from a ratio of ten on."""
    warnings = describe_imbalance(make_dataset(counts))
    assert len(warnings) == warns
    if warns:
        labels = "abc"
        assert f"{labels[int(np.argmax(counts))]!r} has {max(counts)} training images" in warnings[0]
        assert f"{labels[int(np.argmin(counts))]!r} {min(counts)}" in warnings[0]
    assert warns == (max(counts) >= WARNING_RATIO * min(counts))
