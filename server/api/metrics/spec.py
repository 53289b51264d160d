"""The OpenAPI specification of /metrics."""

from typing import Any

from inkling.service.openapi.operation import ok_response, operation


def paths() -> dict[str, Any]:
    """Path -> method -> operation."""
    metrics = operation(
        "Operations",
        "Metrics for Prometheus",
        ok_response("The metrics of all worker processes.", {"type": "string"}, "text/plain"),
        operationId="metrics",
    )
    return {"/metrics": {"get": metrics}}
