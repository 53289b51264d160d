"""Small fits shared by the trainer tests: the `tfjs` network on scikit-learn digits, a few seconds on a CPU."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # Keras takes seconds to import, and most tests don't need it
    from trainer.runs.run import Run
    from trainer.settings import FitSettings
    from trainer.training.control import FitControl
    from trainer.training.events import FitEvent, FitListener


def small_settings(**overrides) -> FitSettings:
    """Settings of a fit that takes seconds."""
    from trainer.recipes import recipe

    small = {
        "data": ("digits",),
        "epochs": 4,
        "batch_size": 64,
        "last_batch": "drop",
        "learning_rate": 0.01,
        "augmentation": "random-crop",
        "device": "cpu",
    }
    return recipe("tfjs", **small | overrides)


def at_step(actions: dict[int, Callable[[], object]]) -> FitListener:
    """A listener that runs an action after a step. With the fixture `every_step` none is missed."""

    from trainer.training.events import BatchEvent

    def listen(event: FitEvent) -> None:
        if isinstance(event, BatchEvent) and event.step in actions:
            actions[event.step]()

    return listen


def stop_after_one_epoch(control: FitControl) -> FitListener:
    """A listener that stops a fit after its first epoch."""
    from trainer.training.events import EpochEvent

    return lambda event: control.stop() if isinstance(event, EpochEvent) else None


@pytest.fixture
def every_step(monkeypatch) -> None:
    """Emit a batch event for every step, however fast the fit is."""
    monkeypatch.setattr("trainer.training.loop.MAX_BATCH_EVENTS_PER_SECOND", 1e9)


@pytest.fixture(scope="session")
def fitted(tmp_path_factory) -> tuple[Run, list[FitEvent]]:
    """A finished run and the events of its fit."""
    from trainer.fit import fit

    events: list[FitEvent] = []
    run = fit(small_settings(), tmp_path_factory.mktemp("runs") / "small", [events.append])
    return run, events


@pytest.fixture(scope="session")
def digits_run(fitted) -> Run:
    """A finished run."""
    return fitted[0]


@pytest.fixture(scope="session")
def digits_model(digits_run: Run, tmp_path_factory) -> Path:
    """The run's exported model."""
    from trainer.export.exporter import export

    return export(digits_run, tmp_path_factory.mktemp("models") / "small.onnx")
