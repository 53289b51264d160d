"""The suggestion of the learning-rate range test."""

import numpy as np
import pytest

from trainer.experiments.lr_finder import SMOOTHING, RangeTest, smooth

RATES = np.logspace(-5, 0, 200)


def make_test(losses: np.ndarray) -> RangeTest:
    """A test with these losses, already smooth."""
    return RangeTest(RATES[: len(losses)], losses, losses)


def test_steepest_descent():
    """A loss that falls along a sigmoid around 1e-3 and rises after 1e-1."""
    decades = np.log10(RATES)
    losses = 2 - 1.5 / (1 + np.exp(-4 * (decades + 3))) + np.maximum(0, decades + 1) ** 2 * 5
    test = make_test(losses)
    assert test.steepest == pytest.approx(1e-3, rel=0.1)
    assert 1e-2 < test.lowest < 0.2
    assert test.to_dict()["suggestion"] == test.steepest


def test_noise_at_the_start_does_not_count():
    """Nor does the recovery after the minimum."""
    decades = np.log10(RATES)
    losses = 2 - 1.5 / (1 + np.exp(-4 * (decades + 3)))
    losses[0] += 5
    losses[-3:] = [6, 6, 3]
    assert make_test(losses).steepest == pytest.approx(1e-3, rel=0.1)


def test_a_loss_that_never_falls():
    """Has no suggestion."""
    test = make_test(np.linspace(1, 2, 100))
    assert test.steepest is None
    assert test.to_dict()["suggestion"] is None


def test_moving_average():
    """A constant stays; a step is followed with the stated weight."""
    assert smooth([2.0] * 5) == pytest.approx([2.0] * 5)
    expected = ((1 - SMOOTHING) * SMOOTHING * 1 + (1 - SMOOTHING) * 3) / (1 - SMOOTHING**2)
    assert smooth([1.0, 3.0])[1] == pytest.approx(expected)
