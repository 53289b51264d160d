"""Prometheus metrics, summed over worker processes."""

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from inkling.service.http.errors import StoreUnavailable
from inkling.service.store.feedback import FeedbackStore
from server.observability.multiprocess import MULTIPROC_DIR_VARIABLE
from server.services.model_registry import LoadedModel, ModelRegistry
from server.store.reports import ReportStore

log = logging.getLogger(__name__)

DURATION_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OTHER = "other"
"""Label of unknown routes and methods, so that clients cannot create an unlimited number of time series."""


class Metrics:
    """The metrics of an app."""

    def __init__(self, models: ModelRegistry, reports: ReportStore, feedback: FeedbackStore):
        self.stored = _StoreCollector(reports, feedback)
        self.registry = registry = CollectorRegistry()
        requests = Counter("inkling_http_requests", "HTTP requests answered.", ["route", "method", "status"], registry=registry)
        durations = Histogram(
            "inkling_http_request_duration_seconds",
            "Time from the arrival of a complete request to its response.",
            ["route"],
            buckets=DURATION_BUCKETS,
            registry=registry,
        )
        pictures = Counter("inkling_pictures", "Pictures processed.", ["route"], registry=registry)
        predictions = Counter("inkling_predictions", "Predictions of /predict.", ["model", "label"], registry=registry)
        inference = Counter("inkling_inference_seconds", "Time spent in models.", ["model"], registry=registry)
        self.requests, self.durations = cached_labels(requests), cached_labels(durations)
        self.pictures, self.predictions, self.inference = map(cached_labels, (pictures, predictions, inference))
        workers = Gauge("inkling_workers", "Worker processes.", registry=registry, multiprocess_mode="livesum")
        workers.set(1)
        self.ready = Gauge("inkling_ready", "1 if a model is loaded.", registry=registry, multiprocess_mode="livemin")
        self.set_ready(models)

    def set_ready(self, models: ModelRegistry) -> None:
        """Record whether a model is loaded."""
        self.ready.set(bool(models.loaded))

    def count_predictions(self, model: LoadedModel, winners: np.ndarray, seconds: float) -> None:
        """Count the predictions of one /predict request. winners: int (n,), indices of the predicted labels."""
        self._count("/predict", model, len(winners), seconds)
        for winner in winners:
            self.predictions(model.name, model.predictor.card.labels[winner]).inc()

    def count_readings(self, model: LoadedModel, n: int, seconds: float) -> None:
        """Count the pictures of one /read request."""
        self._count("/read", model, n, seconds)

    def count_explanation(self, model: LoadedModel, seconds: float) -> None:
        """Count one /explain request."""
        self._count("/explain", model, 1, seconds)

    def count_evaluation(self, model: LoadedModel, n: int, seconds: float) -> None:
        """Count the images of one evaluation."""
        self._count("/evaluate", model, n, seconds)

    def count_rejected_request(self, status: int) -> None:
        """Count a request that the WSGI server rejected before the app received it."""
        self.requests(OTHER, OTHER, str(status)).inc()

    def render(self) -> bytes:
        """All metrics in Prometheus' text format."""
        registry = self.registry
        if MULTIPROC_DIR_VARIABLE in os.environ:
            registry = CollectorRegistry()
            registry.register(WorkersCollector(Path(os.environ[MULTIPROC_DIR_VARIABLE])))
        return generate_latest(registry) + generate_latest(self.stored)

    def _count(self, route: str, model: LoadedModel, n: int, seconds: float) -> None:
        self.pictures(route).inc(n)
        self.inference(model.name).inc(seconds)


def cached_labels(metric: MetricWrapperBase) -> Callable[..., Any]:
    """The metric's `labels` method with a cache, because it takes longer than the update itself."""
    return lru_cache(maxsize=None)(metric.labels)


class WorkersCollector(Collector):
    """Sums the metrics of all workers.

    folder: with one file per worker and kind of metric. A file that a starting worker has just created is still empty:
    prometheus_client's own collector fails to read it.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def collect(self) -> Iterable[Metric]:
        files = [entry.path for entry in os.scandir(self.folder) if entry.name.endswith(".db") and _size(entry)]
        return MultiProcessCollector.merge(files)  # type: ignore[no-any-return, no-untyped-call]  # it lacks hints


def _size(entry: os.DirEntry[str]) -> int:
    """In bytes; 0 if the file has just been deleted, as the arbiter does with some files of dead workers."""
    try:
        return entry.stat().st_size
    except FileNotFoundError:
        return 0


class _StoreCollector(Collector):
    """Counts rows when the metrics are scraped."""

    def __init__(self, reports: ReportStore, feedback: FeedbackStore):
        self.reports, self.feedback = reports, feedback

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            counts = self.reports.count(), self.feedback.count()
        except StoreUnavailable:
            counts = None
        yield GaugeMetricFamily("inkling_store_up", "1 if the database works.", int(counts is not None))
        if counts is not None:
            yield GaugeMetricFamily("inkling_reports", "Reports in the store.", counts[0])
            yield GaugeMetricFamily("inkling_feedback_drawings", "Drawings in the feedback store.", counts[1])


def register(app: Flask, metrics: Metrics) -> None:
    """Count and time every request of the app."""

    def start_timer() -> None:
        g.started = time.perf_counter()

    def count_request(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else OTHER
        method = request.method if request.method in METHODS else OTHER
        try:
            metrics.requests(route, method, str(response.status_code)).inc()
            metrics.durations(route).observe(time.perf_counter() - g.started)
        except OSError:  # a new time series may need a file, and files may be exhausted: the response matters more
            log.exception("cannot count a request")
        return response

    app.before_request(start_timer)
    app.after_request(count_request)
