"""The rejection threshold: how many images and outliers it rejects."""

import numpy as np
import pytest

from trainer.runs.rejection_threshold import REJECTION_RATE, REJECTION_RATE_WITH_OUTLIERS, select_threshold

RNG = np.random.default_rng(0)
DIGIT_SCORES, OUTLIER_SCORES = RNG.beta(9, 1, 3_000).astype(np.float32), RNG.beta(2, 4, 500).astype(np.float32)


def test_without_outliers_one_percent_is_rejected():
    """There are no figures on outliers."""
    known = select_threshold(DIGIT_SCORES, None)
    assert known.keys() == {"threshold", "how", "rejected"}
    assert 0.8 * REJECTION_RATE < known["rejected"] <= REJECTION_RATE
    assert "99.0%" in known["how"]


def test_with_outliers_half_a_percent_is_rejected():
    """The reported rates are those of the threshold as written."""
    known = select_threshold(DIGIT_SCORES, OUTLIER_SCORES)
    assert 0.8 * REJECTION_RATE_WITH_OUTLIERS < known["rejected"] <= REJECTION_RATE_WITH_OUTLIERS
    assert known["rejected"] == (known["threshold"] > DIGIT_SCORES).mean()
    assert known["outliers_rejected"] == (known["threshold"] > OUTLIER_SCORES).mean()
    assert known["outliers"] == 500
    assert known["roc_auc"] > 0.95


def test_the_threshold_is_the_highest_allowed():
    """The next higher score as the threshold would reject too many images."""
    threshold = select_threshold(DIGIT_SCORES, OUTLIER_SCORES)["threshold"]
    next_score = np.sort(DIGIT_SCORES[threshold + 1e-6 < DIGIT_SCORES])[1]
    assert (next_score > DIGIT_SCORES).mean() > REJECTION_RATE_WITH_OUTLIERS


@pytest.mark.parametrize("count", [1, 2, 10, 70, 201])
def test_the_rate_is_never_exceeded(count: int):
    """Not with few images; of equal scores none is rejected."""
    assert select_threshold(DIGIT_SCORES[:count], OUTLIER_SCORES)["rejected"] <= REJECTION_RATE_WITH_OUTLIERS
    assert select_threshold(np.full(count, 0.7, np.float32), None)["rejected"] == 0
