"""The default recipe on small datasets of any kind: outliers must not spoil the choice of the best epoch."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.small_datasets import write_icons, write_letters
from trainer.data.outliers import AUTOMATIC
from trainer.fit import fit
from trainer.recipes import recipe
from trainer.training.events import EpochEvent, FinishedEvent

EPOCHS = 15


def fit_default(data: str, run: Path, **settings) -> tuple[FinishedEvent, list[EpochEvent]]:
    """Fit the default recipe; return the final event and those of the epochs."""
    events: list = []
    fit(recipe("inkling", data=(data,), epochs=EPOCHS, **settings), run, [events.append])
    return events[-1], [event for event in events if isinstance(event, EpochEvent)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("write", "minimum"),
    [
        pytest.param(None, 0.98, id="digits"),
        pytest.param(write_icons, 0.98, id="icons"),
        pytest.param(write_letters, 0.96, id="letters"),
    ],
)
def test_accuracy_of_default_recipe(write: Callable[[Path], Path] | None, minimum: float, tmp_path: Path) -> None:
    """At least the minimum on the test split, and within a point of a fit without outliers."""
    data = str(write(tmp_path / "data")) if write else "digits"
    finished, epochs = fit_default(data, tmp_path / "run", outliers=AUTOMATIC)
    without, _ = fit_default(data, tmp_path / "without", outliers=())
    assert finished.test["4"] >= minimum
    assert finished.test["4"] >= without.test["4"] - 0.01
    assert finished.warnings == []
    best = max(epochs, key=lambda event: (event.val_accuracy, -event.val_loss))
    assert finished.best_epoch == best.epoch
    assert finished.val_accuracy == best.val_accuracy


def test_warning_at_chance(tmp_path: Path) -> None:
    """A fit that learned nothing ends with a warning that names the majority label."""
    data = str(write_icons(tmp_path / "icons", 20))
    settings = recipe("inkling", data=(data,), outliers=(), layers="3x3x2v", learning_rate=1e-7, ema_epochs=0.0, epochs=1)
    events: list = []
    fit(settings, tmp_path / "run", [events.append])
    assert "better than always predicting" in events[-1].warnings[-1]
