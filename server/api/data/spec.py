"""The OpenAPI specification of /data."""

from typing import Any

from inkling.service.openapi.operation import ok_response, operation
from inkling.service.openapi.schemas import COUNT, LABEL, Schema, array_schema, object_schema, ref


def paths() -> dict[str, Any]:
    """Path -> method -> operation."""
    listing = operation(
        "Evaluation",
        "List available datasets",
        ok_response("Datasets that `/evaluate` accepts by name.", ref("Datasets")),
        (400,),
        operationId="list_datasets",
    )
    return {"/data": {"get": listing}}


def schemas() -> dict[str, Schema]:
    """The named schemas of this path."""
    dataset = {
        "name": LABEL,
        "n": COUNT,
        "labels": array_schema(LABEL),
        "split": {"enum": ["test", "all"], "description": "The part of the dataset that is evaluated."},
        "problem": {"type": ["string", "null"], "description": "Why the dataset cannot be used; null if it can."},
    }
    return {"Datasets": object_schema({"data": array_schema(object_schema(dataset))})}
