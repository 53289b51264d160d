"""The OpenAPI specification of /health and /metrics."""

from typing import Any

from inkling.service.openapi.operation import ok_response, operation
from inkling.service.openapi.schemas import COUNT, LABEL, Schema, array_schema, object_schema, ref

TAG = "Operations"


def paths() -> dict[str, Any]:
    """Path -> method -> operation."""
    live = operation(TAG, "Liveness", ok_response("The process responds.", ref("Live")), operationId="live")
    ready = operation(TAG, "Readiness", ok_response("Jobs are accepted.", ref("Ready")), (503,), operationId="ready")
    metrics = operation(
        TAG,
        "Metrics for Prometheus",
        ok_response("The metrics of the service.", {"type": "string"}, "text/plain"),
        operationId="metrics",
    )
    return {"/health/live": {"get": live}, "/health/ready": {"get": ready}, "/metrics": {"get": metrics}}


def schemas() -> dict[str, Schema]:
    """The named schemas of these paths."""
    ready = {
        "status": {"const": "ready"},
        "running": array_schema(LABEL, "IDs of running jobs."),
        "warm": COUNT | {"description": "Worker processes that can start a fit at once."},
    }
    return {"Live": object_schema({"status": {"const": "live"}}), "Ready": object_schema(ready)}
