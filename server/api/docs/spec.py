"""The OpenAPI specification of /openapi.json and /docs."""

from typing import Any

from server.api.openapi.operation import ok_response, operation
from server.api.openapi.schemas import ANY_OBJECT


def paths() -> dict[str, Any]:
    """Path -> method -> operation."""
    openapi = operation("Operations", "This description", ok_response("OpenAPI 3.1.", ANY_OBJECT), operationId="openapi")
    docs = operation(
        "Operations",
        "This description as a web page",
        ok_response("A page.", {"type": "string"}, "text/html"),
        operationId="docs",
    )
    return {"/openapi.json": {"get": openapi}, "/docs": {"get": docs}}
