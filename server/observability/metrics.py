"""Prometheus metrics, summed over worker processes."""

import collections
import os
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from inkling.models.model_version import version_id
from inkling.models.traffic import current_share
from inkling.service.http.errors import StoreUnavailable
from inkling.service.observability.http_metrics import HttpMetrics, build_info, cached_labels
from inkling.service.store.feedback import FeedbackStore
from server.observability.multiprocess import MULTIPROC_DIR_VARIABLE
from server.services.loaded_model import LoadedModel
from server.services.model_registry import ModelRegistry
from server.services.outcome import Outcome
from server.store.reports import ReportStore

VERSION_LABELS = ("model", "version")
CONFIDENCE_BUCKETS = (0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)


class Metrics:
    """The metrics of an app."""

    def __init__(self, models: ModelRegistry, reports: ReportStore, feedback: FeedbackStore):
        self.models = models
        self.current = _CurrentStateCollector(models, reports, feedback)
        self.registry = registry = CollectorRegistry()
        self.http = HttpMetrics(registry)
        pictures = Counter("inkling_pictures", "Pictures processed.", ["route"], registry=registry)
        predictions = Counter(
            "inkling_predictions", "Predictions of /predict.", ["model", "version", "label"], registry=registry
        )
        rejected = Counter(
            "inkling_predictions_not_known", "Predictions of /predict that are not `known`.", VERSION_LABELS, registry=registry
        )
        confidences = Histogram(
            "inkling_prediction_confidence",
            "Confidence of the predictions of /predict.",
            VERSION_LABELS,
            buckets=CONFIDENCE_BUCKETS,
            registry=registry,
        )
        inference = Counter("inkling_inference_seconds", "Time spent in models.", VERSION_LABELS, registry=registry)
        self.pictures, self.predictions, self.inference = map(cached_labels, (pictures, predictions, inference))
        self.not_known, self.confidences = cached_labels(rejected), cached_labels(confidences)
        workers = Gauge("inkling_workers", "Worker processes.", registry=registry, multiprocess_mode="livesum")
        workers.set(1)
        self.ready = Gauge("inkling_ready", "1 if a model is loaded.", registry=registry, multiprocess_mode="livemin")
        self.in_progress = Gauge(
            "inkling_http_requests_in_progress",
            "Requests in progress, besides those that take a few milliseconds.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self.queued = Gauge(
            "inkling_http_requests_queued", "Requests waiting for a thread.", registry=registry, multiprocess_mode="livesum"
        )
        self.set_ready(models)

    def set_ready(self, models: ModelRegistry) -> None:
        """Record whether a model is loaded."""
        self.ready.set(bool(models.loaded))

    def count_predictions(self, model: LoadedModel, outcome: Outcome, seconds: float) -> None:
        """Count the predictions of one /predict request."""
        self._count("/predict", model, len(outcome.labels), seconds)
        for label, count in collections.Counter(outcome.labels).items():
            self.predictions(model.name, model.version_id, label).inc(count)
        for confidence in outcome.confidences.tolist():
            self.confidences(model.name, model.version_id).observe(confidence)
        not_known = len(outcome.labels) - int(np.count_nonzero(outcome.known))
        if not_known:
            self.not_known(model.name, model.version_id).inc(not_known)

    def count_readings(self, model: LoadedModel, n: int, seconds: float) -> None:
        """Count the pictures of one /read request."""
        self._count("/read", model, n, seconds)

    def count_explanation(self, model: LoadedModel, seconds: float) -> None:
        """Count one /explain request."""
        self._count("/explain", model, 1, seconds)

    def count_evaluation(self, model: LoadedModel, n: int, seconds: float) -> None:
        """Count the images of one evaluation."""
        self._count("/evaluate", model, n, seconds)

    def set_load(self, in_progress: int, queued: int) -> None:
        """Record the requests of this worker."""
        self.in_progress.set(in_progress)
        self.queued.set(queued)

    def render(self) -> bytes:
        """All metrics in Prometheus' text format."""
        registry = self.registry
        if MULTIPROC_DIR_VARIABLE in os.environ:
            registry = CollectorRegistry()
            registry.register(WorkersCollector(Path(os.environ[MULTIPROC_DIR_VARIABLE])))
        return generate_latest(_ExistingVersions(registry, self.models)) + generate_latest(self.current)

    def _count(self, route: str, model: LoadedModel, n: int, seconds: float) -> None:
        self.pictures(route).inc(n)
        self.inference(model.name, model.version_id).inc(seconds)


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


class _ExistingVersions(Collector):
    """Leaves out the samples of versions that have left the model repository: their number would grow without bound."""

    def __init__(self, collector: Collector, models: ModelRegistry):
        self.collector, self.models = collector, models

    def collect(self) -> Iterator[Metric]:
        version_ids = cache(self.models.version_ids)
        for metric in self.collector.collect():
            metric.samples = [
                sample
                for sample in metric.samples
                if not sample.labels.keys() >= set(VERSION_LABELS)
                or sample.labels["version"] in version_ids(sample.labels["model"])
            ]
            yield metric


class _CurrentStateCollector(Collector):
    """What any worker can tell when the metrics are scraped: the versions in use, and the rows in the database."""

    def __init__(self, models: ModelRegistry, reports: ReportStore, feedback: FeedbackStore):
        self.models, self.reports, self.feedback = models, reports, feedback

    def collect(self) -> Iterator[Metric]:
        yield build_info(onnxruntime=metadata.version("onnxruntime"))
        info = InfoMetricFamily("inkling_model", "Loaded models and the SHA-256 of their files.", labels=["model"])
        loading = GaugeMetricFamily("inkling_model_load_seconds", "Time to load a model and test it.", labels=["model"])
        for model in self.models.loaded.values():
            info.add_metric([model.name], {"version": model.version_id, "sha256": model.sha256})
            loading.add_metric([model.name], model.load_seconds)
        yield info
        yield loading
        shares = GaugeMetricFamily(
            "inkling_traffic_share", "Share of the requests that name no version.", labels=VERSION_LABELS
        )
        for model in self.models.loaded.values():
            others = self.models.traffic.shares(model)
            shares.add_metric([model.name, model.version_id], current_share(others))
            for sha256, share in others.items():
                shares.add_metric([model.name, version_id(sha256)], share)
        yield shares
        try:
            counts = self.reports.count(), self.feedback.count()
        except StoreUnavailable:
            counts = None
        yield GaugeMetricFamily("inkling_store_up", "1 if the database works.", int(counts is not None))
        if counts is not None:
            yield GaugeMetricFamily("inkling_reports", "Reports in the store.", counts[0])
            yield GaugeMetricFamily("inkling_feedback_drawings", "Drawings in the feedback store.", counts[1])
