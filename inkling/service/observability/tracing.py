"""OpenTelemetry traces, if an endpoint is configured and the packages of the extra `otel` are installed."""

import logging
import os
from collections.abc import Callable

from flask import Flask

from inkling.distribution import distribution_version, extra
from inkling.service.observability.request_record import RequestRecord

ENDPOINT_VARIABLES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""Environment variables of the OpenTelemetry specification. The SDK reads them and all others itself."""

DescribeSpan = Callable[[RequestRecord], None]

log = logging.getLogger(__name__)


def instrument(app: Flask, service: str) -> DescribeSpan | None:
    """Trace each request of an app in a span, and export the spans over OTLP/HTTP.

    service: value of service.name unless OTEL_SERVICE_NAME is set. Call it in each worker process, after the fork.
    Returns a function that adds the request's ID, model and labels to its span, and the span's IDs to its record; None without
    an endpoint, or if the packages are missing, which is logged.
    """
    if not any(os.environ.get(name) for name in ENDPOINT_VARIABLES):
        return None
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.instrumentation.flask import FlaskInstrumentor
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        log.warning("Traces are off: %s. Install %s, or unset %s.", error, extra("otel"), " and ".join(ENDPOINT_VARIABLES))
        return None
    os.environ.setdefault("OTEL_SERVICE_NAME", f"inkling-{service}")
    provider = TracerProvider(resource=Resource.create({"service.version": distribution_version()}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    FlaskInstrumentor().instrument_app(app, tracer_provider=provider)  # type: ignore[no-untyped-call]  # it lacks hints

    def describe_span(record: RequestRecord) -> None:
        span = trace.get_current_span()
        context = span.get_span_context()
        record.trace_id, record.span_id = f"{context.trace_id:032x}", f"{context.span_id:016x}"
        values = {"request_id": record.request_id, "model": record.model, "version": record.version, "labels": record.labels}
        values["error_code"] = record.code
        span.set_attributes({f"inkling.{name}": value for name, value in values.items() if value is not None})

    return describe_span
