"""An operation of the API: what is alike in all of them."""

from typing import Any

from server.inference.crops import CHOICES
from server.openapi.schemas import FAILURES

JSON = "application/json"
FILE: dict = {}
"""Raw bytes, as OpenAPI 3.1 describes them: no schema, but a media type."""


def operation(
    tag: str, summary: str, answers: dict, failures: tuple[int, ...] = (), description: str = "", **more: Any
) -> dict[str, Any]:
    """An operation. Any may fail with a 400 for its query, and with a 500."""
    failing = {str(s): {"$ref": f"#/components/responses/{FAILURES[s][0]}"} for s in sorted({*failures, 500})}
    told = {"description": description} if description else {}
    return {"tags": [tag], "summary": summary, **told, **more, "responses": {**answers, **failing}}


def answer(description: str, schema: dict, media_type: str = JSON, **more: Any) -> dict[str, Any]:
    """A 200 of one media type."""
    return {"200": {"description": description, "content": {media_type: {"schema": schema}}, **more}}


def query(name: str, schema: dict, description: str) -> dict[str, Any]:
    """An optional query parameter."""
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def path(name: str, description: str) -> dict[str, Any]:
    """A part of the path."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "description": description}


MODEL = query("model", {"type": "string", "minLength": 1}, "The model that answers; the default one where it is left out.")
CROPS = query(
    "crops", {"type": "string", "enum": list(CHOICES), "default": "4"}, "The centre crop, the card's crops, or every window."
)
