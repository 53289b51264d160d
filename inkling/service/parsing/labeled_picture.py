"""One picture with values such as its label, in a request body and its query."""

from collections.abc import Sequence
from typing import Any

from flask import Request

from inkling.datasets.dataset import check_label
from inkling.errors import InvalidInput
from inkling.imaging.picture import EncodedPicture, Picture
from inkling.limits import Limits
from inkling.service.http.json_provider import JSON_MEDIA_TYPE
from inkling.service.parsing.content_length import require_content_length
from inkling.service.parsing.json_body import json_type_name, read_json_object
from inkling.service.parsing.pictures import (
    FORM_MEDIA_TYPE,
    is_file_body,
    parse_single_picture,
    read_file_body,
    unsupported_media_type,
)
from inkling.service.parsing.query import read_query


def read_labeled_picture(
    request: Request, limits: Limits, max_values: int, fields: Sequence[str]
) -> tuple[Picture, dict[str, Any]]:
    """The picture of a request, and its values for those `fields` that are present.

    A field may be in the query, in a form's text fields or in the JSON, but only once, and not null. Its value is not
    checked here. max_values: of the JSON. Raises the errors of `iter_pictures`.
    """
    require_content_length(request)
    values: dict[str, Any] = read_query(request, *fields)
    picture: Picture
    if is_file_body(request):
        picture = EncodedPicture(read_file_body(request))
    elif request.mimetype == JSON_MEDIA_TYPE:
        body = read_json_object(request, max_values)
        values = _merge(values, {name: body.pop(name) for name in fields if name in body})
        picture = parse_single_picture(body, limits, other_keys=fields)
    elif request.mimetype == FORM_MEDIA_TYPE:
        picture = _read_form(request, fields)
        values = _merge(values, request.form.to_dict())
    else:
        raise unsupported_media_type(request)
    empty = [name for name, value in values.items() if value is None]
    if empty:
        raise InvalidInput(f"{empty[0]} must not be null. Leave it out instead.")
    return picture, values


def parse_label(name: str, value: Any) -> str | None:
    """A label from JSON, a string or an integer; None stays None. Raises InvalidInput or InvalidDataset."""
    if type(value) is int and abs(value) < 10**18:
        value = str(value)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidInput(f"{name}: expected a string or an integer, got {json_type_name(value)}.")
    check_label(value)
    return value


def _read_form(request: Request, fields: Sequence[str]) -> EncodedPicture:
    files = [(name, file) for name in request.files for file in request.files.getlist(name)]
    unknown = [name for name in request.form if name not in fields]
    if unknown:
        raise InvalidInput(f"Unknown form field {unknown[0]!r:.40}. Fields: {', '.join(('image', *fields))}.")
    if len(files) != 1 or files[0][0] != "image":
        names = ", ".join(sorted({(name or "")[:40] for name, _ in files}))
        got = f"{len(files)} in {names:.80}" if files else "none"
        raise InvalidInput(f"Expected one file, in the field image, got {got}.")
    repeated = [name for name in request.form if len(request.form.getlist(name)) > 1]
    if repeated:
        raise InvalidInput(f"The form field {repeated[0]} is repeated.")
    data = files[0][1].read()
    if not data:
        raise InvalidInput("The file in the field image is empty.")
    return EncodedPicture(data)


def _merge(query: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    twice = [name for name in body if name in query]
    if twice:
        raise InvalidInput(f"{twice[0]} is in the query and in the body. Send it once.")
    return query | body
