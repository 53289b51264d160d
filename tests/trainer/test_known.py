"""The threshold of `known`: how many it refuses, and of whom."""

import numpy as np
import pytest

from trainer.known import ENOUGH, REFUSED, REFUSED_BESIDE_OUTLIERS, threshold_of

RNG = np.random.default_rng(0)
DIGITS, OTHERS = RNG.beta(9, 1, 3_000).astype(np.float32), RNG.beta(2, 4, 500).astype(np.float32)
ONE_SET = np.zeros(3_000, np.int64)


def test_without_outliers_one_in_a_hundred_is_refused():
    """And nothing is said of outliers."""
    known = threshold_of(DIGITS, ONE_SET, None)
    assert known.keys() == {"threshold", "how", "refused"}
    assert 0.8 * REFUSED < known["refused"] <= REFUSED
    assert "99.0%" in known["how"]


def test_beside_outliers_half_as_many():
    """What the threshold does to either is counted with the threshold as it is written."""
    known = threshold_of(DIGITS, ONE_SET, OTHERS)
    assert 0.8 * REFUSED_BESIDE_OUTLIERS < known["refused"] <= REFUSED_BESIDE_OUTLIERS
    assert known["refused"] == (known["threshold"] > DIGITS).mean()
    assert known["outliers_refused"] == (known["threshold"] > OTHERS).mean()
    assert known["outliers"] == 500
    assert known["roc_area"] > 0.95


def test_no_large_set_is_refused_more_than_that():
    """A small hard set beside a large easy one lowers the threshold; a tiny one has no quantile of its own."""
    hard = DIGITS[: 2 * ENOUGH] * 0.8
    together = np.concatenate([DIGITS, hard])
    known = threshold_of(together, np.repeat([0, 1], [3_000, len(hard)]), OTHERS)
    assert (hard < known["threshold"]).mean() <= REFUSED_BESIDE_OUTLIERS
    assert known["threshold"] < threshold_of(together, np.zeros(len(together), int), OTHERS)["threshold"]
    tiny = threshold_of(np.append(DIGITS, np.float32(0.01)), np.append(ONE_SET, 1), OTHERS)
    assert tiny["threshold"] > 0.01


@pytest.mark.parametrize("count", [1, 2, 10, 70, 201])
def test_no_more_are_refused_than_the_rule_says_however_few_there_are(count: int):
    """Of equal confidences none, of few none."""
    assert threshold_of(DIGITS[:count], ONE_SET[:count], OTHERS)["refused"] <= REFUSED_BESIDE_OUTLIERS
    assert threshold_of(np.full(count, 0.7, np.float32), ONE_SET[:count], None)["refused"] == 0
