"""A look into a run that is over, or that nobody fits at the moment."""

from functools import lru_cache
from pathlib import Path

from trainer.inspection.inspector import Looking
from trainer.inspection.predictions import Predictions
from trainer.inspection.request import Page
from trainer.inspection.snapshot import Snapshot
from trainer.runs.keras_predictor import best_network
from trainer.runs.run import Run

OPEN = 2
"""Networks that stay open for the next look: to open one takes a second, and each takes some megabytes."""


def snapshot_of(run: Run, sample: int) -> Snapshot:
    """A run's network, with its best weights, at an image of its validation part.

    Raises BadInput where the part has no such image, or the run no weights yet or damaged files.
    """
    return _opened(run).at(sample)


def predictions_of(run: Run, page: Page) -> Predictions:
    """What that network answers to some of these images. Raises BadInput as above."""
    return _opened(run).page(page)


def _opened(run: Run) -> Looking:
    return _open(run.path.resolve(), run.file("best.npz").stat().st_mtime_ns if run.file("best.npz").exists() else 0)


@lru_cache(OPEN)
def _open(path: Path, changed: int) -> Looking:  # noqa: ARG001 — the weights of another moment are another network
    run = Run.open(path)
    return Looking(best_network(run), run.held_out("validation"), run.data["labels"])
