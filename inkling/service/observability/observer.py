"""RequestObserver: counts, logs and names every request of a service."""

import logging
import time

from flask import Flask, Response, request

from inkling.service.observability.http_metrics import OTHER, HttpMetrics
from inkling.service.observability.request_log import RequestLog
from inkling.service.observability.request_record import REQUEST_ID_HEADER, RequestRecord, current_record
from inkling.service.observability.tracing import DescribeSpan, instrument

EXTENSION_KEY = "inkling.observer"

MAX_LABELS = 20
"""Predicted labels in a log entry, so that its line stays short."""

log = logging.getLogger(__name__)


class RequestObserver:
    """Observes requests. service: `server` or `trainer`. request_log: None to log no requests."""

    def __init__(self, service: str, metrics: HttpMetrics, request_log: RequestLog | None = None):
        self.service, self.metrics, self.request_log = service, metrics, request_log
        self.describe_span: DescribeSpan | None = None

    def register(self, app: Flask) -> None:
        """Observe the requests of an app. Call it before anything else registers hooks."""
        app.extensions[EXTENSION_KEY] = self
        app.before_request(self.start)
        app.after_request(self.finish)
        self.describe_span = instrument(app, self.service)

    def start(self) -> None:
        """Start the record of the current request."""
        current_record()

    def finish(self, response: Response) -> Response:
        """Count and log the current request, and name it in the response."""
        record = current_record()
        route = request.url_rule.rule if request.url_rule else OTHER
        response.headers.add(REQUEST_ID_HEADER, record.request_id)
        if self.describe_span:
            self.describe_span(record)
        self._record(record, route, request.method, response.status_code, request.path, record.seconds)
        return response

    def reject(self, record: RequestRecord, method: str, path: str, status: int) -> None:
        """Count and log a request that the WSGI server rejected before the app received it."""
        self._record(record, OTHER, method, status, path, None)

    def close(self) -> None:
        """Write the log's pending lines."""
        if self.request_log is not None:
            self.request_log.close()

    def _record(self, record: RequestRecord, route: str, method: str, status: int, path: str, seconds: float | None) -> None:
        try:
            self.metrics.count(route, method, status, record.code, seconds)
        except OSError:  # a new time series may need a file, and files may be exhausted: the response matters more
            log.exception("cannot count a request")
        if self.request_log is not None:
            self.request_log.append(
                {
                    "time": time.time(),
                    "level": "error" if status >= 500 else "info",
                    "service": self.service,
                    "request_id": record.request_id,
                    "trace_id": record.trace_id,
                    "span_id": record.span_id,
                    "method": method[:20],
                    "route": route,
                    "path": path[:200] if route == OTHER else None,
                    "status": status,
                    "ms": round(record.seconds * 1000, 2),
                    "code": record.code,
                    "model": record.model,
                    "version": record.version,
                    "labels": record.labels and record.labels[:MAX_LABELS],
                }
            )
