"""Learning-rate schedules."""

import numpy as np
import pytest

from trainer.recipes import recipe
from trainer.training.lr_schedule import MAX_WARMUP_STEPS, OneCycleSchedule, build_lr_schedule


def rates(schedule: OneCycleSchedule, begin: int, end: int) -> np.ndarray:
    """The learning rates of some steps."""
    return np.array([float(schedule(step)) for step in range(begin, end)])


@pytest.mark.parametrize("steps", [40, 10_000])
def test_one_cycle_warms_up_linearly_and_decays_to_zero(steps: int):
    """The warmup is 15 % of the steps, at most 800."""
    schedule = OneCycleSchedule(0.01, steps)
    warmup = min(round(0.15 * steps), MAX_WARMUP_STEPS)
    np.testing.assert_allclose(rates(schedule, 0, 3), 0.01 * np.arange(1, 4) / warmup, rtol=1e-5)
    assert float(schedule(warmup)) == pytest.approx(0.01)
    assert float(schedule(warmup + (steps - warmup) // 2)) == pytest.approx(0.005, rel=0.05)
    assert 0 < float(schedule(steps - 1)) < 1e-4
    assert float(schedule(steps)) == pytest.approx(0, abs=1e-9)


def test_the_peak_scales_the_rest_of_the_schedule():
    """Twice the peak doubles every later learning rate."""
    schedule = OneCycleSchedule(0.01, 40)
    expected = rates(schedule, 20, 40) * 2
    schedule.peak.assign(0.02)
    np.testing.assert_allclose(rates(schedule, 20, 40), expected, rtol=1e-6)


@pytest.mark.parametrize("steps_left", [10, 72])
def test_a_rescaled_schedule_still_ends_with_the_fit(steps_left: int):
    """The learning rate continues where it was and decays to 0 over the new number of steps."""
    schedule = OneCycleSchedule(0.01, 40)
    before = float(schedule(20))
    schedule.rescale(20, steps_left)
    after = rates(schedule, 20, 20 + steps_left)
    assert after[0] == pytest.approx(before)
    assert sorted(after, reverse=True) == after.tolist()
    assert 0 < after[-1] < 3e-4
    assert float(schedule(20 + steps_left)) == pytest.approx(0, abs=1e-9)


def test_the_setting_selects_the_schedule():
    """`constant` needs none."""
    assert build_lr_schedule(recipe("tfjs"), 10) is None
    assert build_lr_schedule(recipe("inkling"), 10).get_config() == {"peak": pytest.approx(0.006), "steps": 10}
