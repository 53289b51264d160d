"""Building blocks of OpenAPI operations."""

from collections.abc import Mapping, Sequence
from typing import Any

from inkling.service.openapi.errors import ERRORS, RESPONSES
from inkling.service.openapi.schemas import Schema, array_schema, object_schema, ref
from inkling.service.store.pagination import DEFAULT_LIMIT, MAX_LIMIT

JSON = "application/json"
FILE: Schema = {"type": "string", "format": "binary"}
"""Bytes. OpenAPI 3.1 needs no schema for them, but generators of clients look for this format."""

COMMON_ERRORS = (429, 500)
"""Statuses that any operation may return. `add_access` adds those of authorization."""


def operation(
    tag: str,
    summary: str,
    responses: Mapping[str, Any],
    errors: Sequence[int] = (),
    description: str = "",
    **more: Any,
) -> dict[str, Any]:
    """An operation. errors: statuses; those that any operation may return are added."""
    statuses = sorted({*errors, *COMMON_ERRORS})
    failures = {str(status): {"$ref": f"{RESPONSES}{ERRORS[status][0]}"} for status in statuses}
    text = {"description": description} if description else {}
    return {"tags": [tag], "summary": summary, **text, **more, "responses": {**responses, **failures}}


def ok_response(description: str, schema: Schema, media_type: str = JSON, **more: Any) -> dict[str, Any]:
    """A 200 response of one media type."""
    return {"200": {"description": description, "content": {media_type: {"schema": schema}}, **more}}


def query_parameter(name: str, schema: Schema, description: str) -> dict[str, Any]:
    """An optional query parameter."""
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def path_parameter(name: str, description: str) -> dict[str, Any]:
    """A path parameter."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "description": description}


def list_parameter(name: str, choices: Sequence[str], description: str) -> dict[str, Any]:
    """An optional query parameter with a comma-separated list of choices."""
    items = {"type": "string", "enum": list(choices)}
    schema = {"type": "array", "items": items, "uniqueItems": True, "minItems": 1}
    return query_parameter(name, schema, description) | {"style": "form", "explode": False}


def page_parameters(item: str, default: int = DEFAULT_LIMIT, maximum: int = MAX_LIMIT) -> list[dict[str, Any]]:
    """limit and before. item: what is listed. default, maximum: of limit."""
    limit = {"type": "integer", "minimum": 1, "maximum": maximum, "default": default}
    before = f"Continue after the {item} with this ID: `next` of the previous page."
    return [
        query_parameter("limit", limit, "Maximum number of items on the page."),
        query_parameter("before", {"type": "string"}, before),
    ]


def location_header(resource: str) -> dict[str, Any]:
    """The header of a response that has created something."""
    return {"Location": {"schema": {"type": "string"}, "required": True, "description": f"The URL of the {resource}."}}


UPLOAD: Schema = {"type": "string", "contentMediaType": "application/octet-stream"}
"""A file in a form."""

PICTURE_MEDIA_TYPES = ("image/png", "image/jpeg", "image/webp", "application/octet-stream")
FORM = "multipart/form-data"


def picture_contents(schema: str, fields: Mapping[str, Schema]) -> dict[str, Any]:
    """The content of a request body with one picture. schema: of its JSON, by name. fields: optional ones of the form."""
    form = object_schema({"image": UPLOAD, **fields}, optional=tuple(fields))
    bodies: dict[str, Any] = {media_type: {"schema": FILE} for media_type in PICTURE_MEDIA_TYPES}
    return bodies | {FORM: {"schema": form}, JSON: {"schema": ref(schema)}}


def picture_request_body(max_pictures: int, schema: str) -> dict[str, Any]:
    """A request body with up to `max_pictures` pictures. schema: the name of its JSON schema."""
    form = object_schema({"image": array_schema(UPLOAD, minItems=1, maxItems=max_pictures)})
    bodies: dict[str, Any] = {media_type: {"schema": FILE} for media_type in PICTURE_MEDIA_TYPES}
    return {"required": True, "content": bodies | {FORM: {"schema": form}, JSON: {"schema": ref(schema)}}}
