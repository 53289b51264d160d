"""The OpenAPI specification of /health."""

from typing import Any

from inkling.service.openapi.operation import ok_response, operation
from inkling.service.openapi.schemas import LABEL, Schema, array_schema, object_schema, ref


def paths() -> dict[str, Any]:
    """Path -> method -> operation."""
    live = operation("Operations", "Liveness", ok_response("The process responds.", ref("Live")), operationId="live")
    ready = operation(
        "Operations", "Readiness", ok_response("At least one model is loaded.", ref("Ready")), (503,), operationId="ready"
    )
    return {"/health/live": {"get": live}, "/health/ready": {"get": ready}}


def schemas() -> dict[str, Schema]:
    """The named schemas of these paths."""
    ready = {
        "status": {"const": "ready"},
        "models": array_schema(LABEL, minItems=1),
        "rejected": array_schema(
            object_schema({"file": {"type": "string"}, "reason": {"type": "string"}}), "Model files that were not loaded."
        ),
    }
    return {"Live": object_schema({"status": {"const": "live"}}), "Ready": object_schema(ready)}
