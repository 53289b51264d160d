"""Building blocks of OpenAPI operations."""

from collections.abc import Mapping, Sequence
from typing import Any

from inkling.models.crops import CROP_CHOICES
from inkling.models.repository import NAME_PATTERN
from inkling.service.store.pagination import DEFAULT_LIMIT, MAX_LIMIT
from server.api.headers import MODEL_HEADER
from server.api.openapi.schemas import Schema, object_schema, ref

JSON = "application/json"
FILE: Schema = {"type": "string", "format": "binary"}
"""Bytes. OpenAPI 3.1 needs no schema for them, but generators of clients look for this format."""

BEARER: list[dict[str, list[str]]] = [{}, {"token": []}]
"""Security of all operations: the settings of the server decide which ones require the token."""

ERRORS = {
    400: ("BadRequest", "Invalid parameters or body."),
    401: ("Unauthorized", "The token is missing or wrong. Some settings require it for all operations."),
    403: ("Forbidden", "The request comes from another site, or the server has no token."),
    404: ("NotFound", "The named resource does not exist."),
    406: ("NotAcceptable", "No available format matches the Accept header."),
    409: ("Conflict", "The model is locked, a limit is reached, or there is no previous version."),
    411: ("LengthRequired", "The body has no Content-Length."),
    413: ("TooLarge", "More bytes, pixels, pictures or points than the limit in the message."),
    415: ("UnsupportedMediaType", "The type of the body or of a picture is not supported."),
    422: ("Unprocessable", "The picture, dataset or model is empty, damaged or inconsistent."),
    429: ("TooManyRequests", "Too many requests are in progress. Retry after the seconds in Retry-After."),
    500: ("InternalError", "An error of the server. The log has the details."),
    503: (
        "Unavailable",
        "No model is loaded, the database does not work, or a limit on concurrent work or time is reached.",
    ),
    507: ("WriteFailed", "The disk is full or read-only. Nothing was changed."),
}
"""Status -> name and description of the response."""


COMMON_ERRORS = (401, 403, 429, 500)


def error_responses() -> dict[str, Any]:
    """The named error responses, all with the same body."""
    content = {JSON: {"schema": ref("Error")}}
    return {name: {"description": description, "content": content} for name, description in ERRORS.values()}


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
    failures = {str(status): {"$ref": f"#/components/responses/{ERRORS[status][0]}"} for status in statuses}
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


def page_parameters(item: str, before: str = "ID") -> list[dict[str, Any]]:
    """limit and before. item: what is listed. before: what identifies an item."""
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    return [
        query_parameter("limit", limit, "Maximum number of items on the page."),
        query_parameter(
            "before", {"type": "string"}, f"Continue after the {item} with this {before}: `next` of the previous page."
        ),
    ]


def picture_request_body(max_pictures: int, schema: str) -> dict[str, Any]:
    """A request body with up to `max_pictures` pictures. schema: the name of its JSON schema."""
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    form = object_schema({"image": {"type": "array", "items": file, "minItems": 1, "maxItems": max_pictures}})
    media_types = ("image/png", "image/jpeg", "image/webp", "application/octet-stream")
    bodies: dict[str, Any] = {media_type: {"schema": FILE} for media_type in media_types}
    return {"required": True, "content": bodies | {"multipart/form-data": {"schema": form}, JSON: {"schema": ref(schema)}}}


MODEL_PARAMETER = query_parameter("model", {"type": "string", "minLength": 1}, "Name of the model. Default: the default model.")
CROPS_PARAMETER = query_parameter(
    "crops",
    {"type": "string", "enum": list(CROP_CHOICES), "default": "4"},
    "Crops to average: the center one, those in the model card, or all.",
)
MODEL_HEADERS = {
    MODEL_HEADER: {
        "schema": {"type": "string", "pattern": f"^{NAME_PATTERN.pattern}; sha256=[0-9a-f]{{64}}$"},
        "description": "The model that answered, and the hash of its file.",
    }
}
"""Headers of a response by a model."""
