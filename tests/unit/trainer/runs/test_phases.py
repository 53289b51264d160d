"""The time of each phase of a fit."""

from trainer.runs.phases import PhaseTimer


def test_phases_add_up():
    """A block counts even if it fails; seconds can be moved to another phase."""
    timer = PhaseTimer()
    for _ in range(2):
        with timer.measure("training"):
            pass
    assert timer.seconds["training"] >= 0
    timer.add("training", 3.0)
    timer.move("training", "compiling", 2.0)
    assert timer.rounded()["compiling"] == 2.0
    assert 1.0 <= timer.seconds["training"] < 2.0
