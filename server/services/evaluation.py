"""Evaluations: a dataset is scored, and the report is stored with its images."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Any

from inkling.datasets.dataset import Dataset
from inkling.evaluation.evaluator import EvaluationProgress, Evaluator
from inkling.evaluation.scored_images import ScoredImages
from inkling.service.http.errors import Busy, StoreUnavailable
from server.observability.metrics import Metrics
from server.services.loaded_model import LoadedModel
from server.store.reports import ReportStore

STORE_SECONDS, STORE_INTERVAL_SECONDS = 15.0, 0.5
"""How long a finished report waits for a database that does not work, and the time between two attempts."""


class EvaluationService:
    """Runs evaluations. At most `max_concurrent` run in a process, so that other requests find a free thread."""

    def __init__(self, reports: ReportStore, metrics: Metrics, max_concurrent: int, max_images: int):
        self.reports, self.metrics, self.max_images = reports, metrics, max_images
        self._slots = BoundedSemaphore(max_concurrent)
        self.reading = Lock()
        """Held while a dataset is read: unpacked, one may take a gigabyte."""

    @contextmanager
    def reserve_slot(self) -> Iterator[None]:
        """Hold one of the concurrent evaluations. Raises Busy if all are taken."""
        if not self._slots.acquire(blocking=False):
            raise Busy("Too many concurrent evaluations; retry later.")
        try:
            yield
        finally:
            self._slots.release()

    def start(self, model: LoadedModel, dataset: Dataset, crops: str) -> "Evaluation":
        """Prepare an evaluation. Raises InvalidDataset for a label that the model does not have."""
        return Evaluation(self, model, Evaluator(model.predictor, dataset, crops))


class Evaluation:
    """One evaluation: iterate over it to score the dataset, then call `finish`."""

    def __init__(self, service: EvaluationService, model: LoadedModel, evaluator: Evaluator):
        self._service, self._model, self._scoring = service, model, evaluator

    def __iter__(self) -> Iterator[EvaluationProgress]:
        return iter(self._scoring)

    def finish(self) -> dict[str, Any]:
        """Store the report with at most `max_images` images, and return it."""
        service, model, evaluator = self._service, self._model, self._scoring
        report = evaluator.report() | {"model": model.name, "version": model.version_id}
        packed = None
        if service.max_images:
            packed = ScoredImages.select(
                model.predictor.card, evaluator.data, evaluator.probabilities, service.max_images
            ).to_bytes()
        service.metrics.count_evaluation(model, len(evaluator.data), report["seconds"])
        _store(service.reports, report, packed)
        return report


def _store(reports: ReportStore, report: dict[str, Any], packed: bytes | None) -> None:
    """Store a report. An evaluation takes long, so that a restart of the database must not cost it. Raises StoreUnavailable."""
    deadline = time.monotonic() + STORE_SECONDS
    while True:
        try:
            reports.add(report, packed)
            return
        except StoreUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(STORE_INTERVAL_SECONDS)
