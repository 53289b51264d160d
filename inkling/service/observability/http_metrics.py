"""Prometheus metrics of HTTP requests."""

import platform
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import InfoMetricFamily

from inkling.distribution import distribution_version

DURATION_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OTHER = "other"
"""Label of unknown routes and methods, so that clients cannot create an unlimited number of time series."""


class HttpMetrics:
    """Counts and times requests."""

    def __init__(self, registry: CollectorRegistry):
        requests = Counter("inkling_http_requests", "HTTP requests answered.", ["route", "method", "status"], registry=registry)
        durations = Histogram(
            "inkling_http_request_duration_seconds",
            "Time from the arrival of a complete request to its response.",
            ["route"],
            buckets=DURATION_BUCKETS,
            registry=registry,
        )
        errors = Counter("inkling_http_errors", "Responses with an error, by its code.", ["route", "code"], registry=registry)
        self.requests, self.durations, self.errors = map(cached_labels, (requests, durations, errors))

    def count(self, route: str, method: str, status: int, code: str | None, seconds: float | None) -> None:
        """Count a request. code: of the error in the response. seconds: None if the request did not reach the app."""
        self.requests(route, method if method in METHODS else OTHER, str(status)).inc()
        if code is not None:
            self.errors(route, code).inc()
        if seconds is not None:
            self.durations(route).observe(seconds)


def build_info(**versions: str) -> InfoMetricFamily:
    """The versions of this software and of Python, and others."""
    known = {"version": distribution_version(), "python": platform.python_version()}
    return InfoMetricFamily("inkling_build", "Versions of the software.", known | versions)


def cached_labels(metric: MetricWrapperBase) -> Callable[..., Any]:
    """The metric's `labels` method with a cache, because it takes longer than the update itself."""
    return lru_cache(maxsize=None)(metric.labels)
