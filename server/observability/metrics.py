"""Metrics for Prometheus, right over several worker processes: each writes its own files, and any of them adds all up."""

import os
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from inkling.service.store.feedback import Feedback
from server.observability.multiprocess import METRICS_VARIABLE
from server.services.model_registry import Model, Models
from server.store.reports import Reports

SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OTHER = "other"
"""Stands for every route and method that does not exist, so that nobody can make up labels without end."""


class Metrics:
    """What the server counts. One for an app; worker processes see each other's counts through METRICS_VARIABLE."""

    def __init__(self, models: Models, reports: Reports, feedback: Feedback):
        self.stored = _Stored(reports, feedback)
        self.registry = registry = CollectorRegistry()
        requests = Counter("inkling_requests", "Requests answered.", ["route", "method", "status"], registry=registry)
        request_seconds = Histogram(
            "inkling_request_seconds",
            "Seconds from a request's arrival in full.",
            ["route"],
            buckets=SECONDS,
            registry=registry,
        )
        pictures = Counter("inkling_pictures", "Pictures answered.", ["route"], registry=registry)
        predictions = Counter("inkling_predictions", "Answers of /predict.", ["model", "label"], registry=registry)
        model_seconds = Counter("inkling_model_seconds", "Seconds in which models answered.", ["model"], registry=registry)
        self.requests, self.request_seconds = remembered(requests), remembered(request_seconds)
        self.pictures, self.predictions, self.model_seconds = map(remembered, (pictures, predictions, model_seconds))
        workers = Gauge("inkling_workers", "Worker processes.", registry=registry, multiprocess_mode="livesum")
        workers.set(1)
        self.ready = Gauge("inkling_ready", "1 where a model answers.", registry=registry, multiprocess_mode="livemin")
        self.tell_ready(models)

    def tell_ready(self, models: Models) -> None:
        """Tell whether a model answers now."""
        self.ready.set(bool(models.loaded))

    def answered(self, model: Model, winners: np.ndarray, seconds: float) -> None:
        """Count what /predict answered: winners, int (n,), the positions of the most probable labels."""
        self.pictures("/predict").inc(len(winners))
        self.model_seconds(model.name).inc(seconds)
        for winner in winners:
            self.predictions(model.name, model.predictor.card.labels[winner]).inc()

    def read(self, model: Model, n: int, seconds: float) -> None:
        """Count pictures that /read read."""
        self.pictures("/read").inc(n)
        self.model_seconds(model.name).inc(seconds)

    def explained(self, model: Model, seconds: float) -> None:
        """Count a picture that /explain explained."""
        self.pictures("/explain").inc()
        self.model_seconds(model.name).inc(seconds)

    def evaluated(self, model: Model, n: int, seconds: float) -> None:
        """Count what /evaluate scored."""
        self.pictures("/evaluate").inc(n)
        self.model_seconds(model.name).inc(seconds)

    def refused(self, status: int) -> None:
        """Count a request that was refused before it had a route."""
        self.requests(OTHER, OTHER, str(status)).inc()

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        registry = CollectorRegistry() if METRICS_VARIABLE in os.environ else self.registry
        if registry is not self.registry:
            MultiProcessCollector(registry)
        return generate_latest(registry) + generate_latest(self.stored)


def remembered(metric: MetricWrapperBase) -> Callable[..., Any]:
    """The metric's `labels`, which takes longer to find what it is to count with than that takes to count."""
    return lru_cache(maxsize=None)(metric.labels)


class _Stored(Collector):
    def __init__(self, reports: Reports, feedback: Feedback):
        self.reports, self.feedback = reports, feedback

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily("inkling_reports", "Reports in the store.", self.reports.count())
        yield GaugeMetricFamily("inkling_feedback", "Drawings of feedback in the store.", self.feedback.count())


def register(app: Flask, metrics: Metrics) -> None:
    """Count and time every request of the app."""

    def started() -> None:
        g.started = time.perf_counter()

    def finished(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else OTHER
        method = request.method if request.method in METHODS else OTHER
        metrics.requests(route, method, str(response.status_code)).inc()
        metrics.request_seconds(route).observe(time.perf_counter() - g.started)
        return response

    app.before_request(started)
    app.after_request(finished)
