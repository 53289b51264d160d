"""The threshold of `known`: how many it refuses, and of whom."""

import numpy as np
import pytest

from trainer.runs.rejection_threshold import REFUSED, REFUSED_BESIDE_OUTLIERS, threshold_of

RNG = np.random.default_rng(0)
DIGITS, OTHERS = RNG.beta(9, 1, 3_000).astype(np.float32), RNG.beta(2, 4, 500).astype(np.float32)


def test_without_outliers_one_in_a_hundred_is_refused():
    """And nothing is said of outliers."""
    known = threshold_of(DIGITS, None)
    assert known.keys() == {"threshold", "how", "refused"}
    assert 0.8 * REFUSED < known["refused"] <= REFUSED
    assert "99.0%" in known["how"]


def test_beside_outliers_half_as_many():
    """What the threshold does to either is counted with the threshold as it is written."""
    known = threshold_of(DIGITS, OTHERS)
    assert 0.8 * REFUSED_BESIDE_OUTLIERS < known["refused"] <= REFUSED_BESIDE_OUTLIERS
    assert known["refused"] == (known["threshold"] > DIGITS).mean()
    assert known["outliers_refused"] == (known["threshold"] > OTHERS).mean()
    assert known["outliers"] == 500
    assert known["roc_area"] > 0.95


def test_no_higher_threshold_keeps_the_rule():
    """The next confidence up as a threshold would refuse too many: so no outlier is let through without need."""
    threshold = threshold_of(DIGITS, OTHERS)["threshold"]
    above = np.sort(DIGITS[threshold + 1e-6 < DIGITS])[1]
    assert (above > DIGITS).mean() > REFUSED_BESIDE_OUTLIERS


@pytest.mark.parametrize("count", [1, 2, 10, 70, 201])
def test_no_more_are_refused_than_the_rule_says_however_few_there_are(count: int):
    """Of equal confidences none, of few none."""
    assert threshold_of(DIGITS[:count], OTHERS)["refused"] <= REFUSED_BESIDE_OUTLIERS
    assert threshold_of(np.full(count, 0.7, np.float32), None)["refused"] == 0
