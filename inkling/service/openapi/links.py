"""Links between operations: how a response gives the parameters of other operations."""

from collections.abc import Iterable
from typing import Any


def link(operation_id: str, **parameters: str) -> dict[str, Any]:
    """A link. parameters: runtime expressions by name, such as `$response.body#/id`."""
    return {"operationId": operation_id, "parameters": parameters}


def links(operation_ids: Iterable[str], **parameters: str) -> dict[str, Any]:
    """Links with the same parameters to several operations, by the name of the operation."""
    return {name: link(name, **parameters) for name in operation_ids}
