"""Inspect the best network of a run that isn't being fitted."""

from functools import lru_cache
from pathlib import Path

from trainer.inspection.inspector import Inspector
from trainer.inspection.predictions import PredictionPage
from trainer.inspection.request import PageRequest
from trainer.inspection.snapshot import Snapshot
from trainer.runs.keras_predictor import load_best_network
from trainer.runs.run import Run

CACHED_NETWORKS = 2
"""Loading a network takes a second; each takes a few megabytes."""


def take_snapshot(run: Run, sample: int) -> Snapshot:
    """Return a snapshot of a run's network, with its best weights, for a validation image.

    Raises InvalidInput if there is no such image, or if the run has no weights yet or damaged files.
    """
    return _inspector(run).take_snapshot(sample)


def predict_page(run: Run, page: PageRequest) -> PredictionPage:
    """Return that network's predictions for a page of validation images. Raises InvalidInput as `take_snapshot` does."""
    return _inspector(run).predict_page(page)


def _inspector(run: Run) -> Inspector:
    weights = run.file("best.npz")
    return _load(run.path.resolve(), weights.stat().st_mtime_ns if weights.exists() else 0)


@lru_cache(CACHED_NETWORKS)
def _load(path: Path, modified: int) -> Inspector:  # noqa: ARG001 part of the cache key: a resumed fit writes other weights
    run = Run.open(path)
    return Inspector(load_best_network(run), run.held_out("validation"), run.data["labels"])
