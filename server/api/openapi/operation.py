"""An operation of the API: what is alike in all of them."""

from collections.abc import Sequence
from typing import Any

from inkling.models.crops import CHOICES
from inkling.models.repository import NAME
from server.api.openapi.schemas import FAILURES, record, ref
from server.api.predict.views import VERSION

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


def some(name: str, choices: Sequence[str], description: str) -> dict[str, Any]:
    """An optional query parameter that names some of the choices, with commas between."""
    items = {"type": "string", "enum": list(choices)}
    schema = {"type": "array", "items": items, "uniqueItems": True, "minItems": 1}
    return query(name, schema, description) | {"style": "form", "explode": False}


def picture_bodies(most: int, schema: str) -> dict[str, Any]:
    """The bodies that hold up to `most` pictures; schema: the name of that of their JSON."""
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    form = record({"image": {"type": "array", "items": file, "minItems": 1, "maxItems": most}})
    medias = ("image/png", "image/jpeg", "image/webp", "application/octet-stream")
    bodies = {media: {"schema": FILE} for media in medias}
    return {"required": True, "content": bodies | {"multipart/form-data": {"schema": form}, JSON: {"schema": ref(schema)}}}


MODEL = query("model", {"type": "string", "minLength": 1}, "The model that answers; the default one where it is left out.")
CROPS = query(
    "crops", {"type": "string", "enum": list(CHOICES), "default": "4"}, "The centre crop, the card's crops, or every window."
)
VERSIONED = {
    VERSION: {
        "schema": {"type": "string", "pattern": f"^{NAME.pattern}; sha256=[0-9a-f]{{64}}$"},
        "description": "The model that answered, and the fingerprint of its file.",
    }
}
"""The header of an answer by a model."""
