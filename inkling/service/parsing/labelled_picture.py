"""One picture with what is told about it, in every form a body may take."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from flask import Request

from inkling.datasets.dataset import check_label
from inkling.errors import BadInput
from inkling.imaging.decoding import decode
from inkling.imaging.strokes import check_strokes, render_drawing
from inkling.limits import Limits
from inkling.service.http.errors import UnsupportedMedia
from inkling.service.parsing.content_length import require_whole_body
from inkling.service.parsing.json_body import json_kind, read_json_object
from inkling.service.parsing.pen import pop_pen
from inkling.service.parsing.pixels import check_pixels, decode_base64
from inkling.service.parsing.query import read_query

KEYS = ("image", "pixels", "strokes")
MEDIA_TYPES = "image/png, image/jpeg, image/webp, multipart/form-data or application/json"

Seen = tuple[np.ndarray, list | None]
"""A picture, uint8 (height, width), and its strokes, [[[x, y], …], …], where it came as such."""


def read_drawing(request: Request, limits: Limits, most_values: int, told: Sequence[str]) -> tuple[Seen, dict[str, Any]]:
    """The picture of a request, and those of the `told` that are there: in the query, in a form's text fields, or in the JSON.

    Each may be told once, and none as null; what they hold is not checked. Raises InklingError of several kinds.
    """
    require_whole_body(request)
    found: dict[str, Any] = read_query(request, *told)
    media_type = request.mimetype
    if media_type.startswith("image/") or media_type in ("application/octet-stream", ""):
        seen = _decode(request.get_data(cache=False), limits), None
    elif media_type == "application/json":
        body = read_json_object(request, most_values)
        found = _together(found, {key: body.pop(key) for key in told if key in body})
        seen = _from_json(body, limits, told)
    elif media_type == "multipart/form-data":
        seen = _from_form(request, limits, told), None
        found = _together(found, request.form.to_dict())
    else:
        raise UnsupportedMedia(f"Expected {MEDIA_TYPES}. Received {media_type:.60}.")
    nothing = [name for name, value in found.items() if value is None]
    if nothing:
        raise BadInput(f"Expected {nothing[0]} left out or with a value. Received null.")
    return seen, found


def label_of(name: str, value: Any) -> str | None:
    """A label as JSON gives it, text or a whole number, None where there is none. Raises BadInput or BadData."""
    if type(value) is int and abs(value) < 10**18:
        value = str(value)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadInput(f"Expected {name} as a string or a whole number. Received {json_kind(value)}.")
    check_label(value)
    return value


def _decode(data: bytes, limits: Limits) -> np.ndarray:
    if not data:
        raise BadInput("Expected a picture. Received an empty body.")
    return decode(data, limits)


def _from_json(body: dict[str, Any], limits: Limits, told: Sequence[str]) -> Seen:
    pen = pop_pen(body)
    if len(body) != 1 or (key := next(iter(body))) not in KEYS:
        beside = f", beside {', '.join(told)}" if told else ""
        received = ", ".join(repr(key)[:40] for key in list(body)[:5]) or "none"
        raise BadInput(f"Expected one key of {', '.join(KEYS)}{beside}, or pen beside strokes. Received {received}.")
    value = body[key]
    if key == "image":
        return decode(decode_base64(value), limits), None
    if key == "pixels":
        return check_pixels(value, limits), None
    return render_drawing(check_strokes(value, limits), pen), [stroke for stroke in value if stroke]


def _from_form(request: Request, limits: Limits, told: Sequence[str]) -> np.ndarray:
    files = [(name, file) for name in request.files for file in request.files.getlist(name)]
    others = [name for name in request.form if name not in told]
    if others:
        expected = f"only the text fields {', '.join(told)}" if told else "no text fields"
        raise BadInput(f"Expected {expected}. Received {others[0]!r:.40}, too.")
    if len(files) != 1 or files[0][0] != "image":
        fields = ", ".join(sorted({name[:40] for name, _ in files}))
        received = f"{len(files)} in {fields:.80}" if files else "none"
        raise BadInput(f"Expected one file, in the field image. Received {received}.")
    repeated = [name for name in request.form if len(request.form.getlist(name)) > 1]
    if repeated:
        raise BadInput(f"Expected {repeated[0]} once. Received it {len(request.form.getlist(repeated[0]))} times.")
    return _decode(files[0][1].read(), limits)


def _together(query: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    twice = [name for name in body if name in query]
    if twice:
        raise BadInput(f"Expected {twice[0]} once. Received it in the query and in the body.")
    return query | body
