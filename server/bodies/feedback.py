"""The body of POST /feedback, in every form it may take -> one picture with its right label."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from flask import Request

from server.bodies.json_body import json_kind, read_json_object
from server.bodies.pixels import check_pixels, decode_base64
from server.bodies.query import read_query
from server.bodies.whole import require_whole_body
from server.errors import UnsupportedMedia
from server.inference.errors import BadInput
from server.inference.labelled.labelled_set import check_label
from server.inference.pictures import decode
from server.inference.shelf import NAME
from server.inference.strokes import check_strokes, render
from server.settings import Settings

TOLD = ("label", "model", "said", "sha256")
"""What is told about a picture: in the query, in a form's text fields, or in the JSON, each once."""

KEYS = ("image", "pixels", "strokes")
MEDIA_TYPES = "image/png, image/jpeg, image/webp, multipart/form-data or application/json"
SHA256 = re.compile(r"[0-9a-f]{64}")

Seen = tuple[np.ndarray, list | None]


@dataclass(frozen=True)
class Given:
    """picture: uint8 (height, width). strokes: [[[x, y], …], …] where it came as such. label: the right one.

    said: what a model had said, of that name and with that fingerprint, as far as they are told.
    """

    picture: np.ndarray
    strokes: list | None
    label: str
    model: str | None
    said: str | None
    sha256: str | None


def read_feedback(request: Request, settings: Settings) -> Given:
    """The picture of a request and what is told about it. Raises InklingError of several kinds."""
    require_whole_body(request)
    told: dict[str, Any] = read_query(request, *TOLD)
    media_type = request.mimetype
    if media_type.startswith("image/") or media_type in ("application/octet-stream", ""):
        seen = _decode(request.get_data(cache=False), settings), None
    elif media_type == "application/json":
        body = read_json_object(request, settings.max_predict_values)
        told = _together(told, {key: body.pop(key) for key in TOLD if key in body})
        seen = _from_json(body, settings)
    elif media_type == "multipart/form-data":
        seen = _from_form(request, settings), None
        told = _together(told, request.form.to_dict())
    else:
        raise UnsupportedMedia(f"Expected {MEDIA_TYPES}. Received {media_type:.60}.")
    return _check(seen, told)


def _check(seen: Seen, told: dict[str, Any]) -> Given:
    nothing = [name for name, value in told.items() if value is None]
    if nothing:
        raise BadInput(f"Expected {nothing[0]} left out or with a value. Received null.")
    label, said = _label("label", told.get("label")), _label("said", told.get("said"))
    model, sha256 = told.get("model"), told.get("sha256")
    if label is None:
        raise BadInput("Expected the picture's right label. Received none.")
    if model is not None and not (isinstance(model, str) and NAME.fullmatch(model)):
        raise BadInput(f"Expected model as the name of a model. Received {model!a:.40}.")
    if sha256 is not None and not (isinstance(sha256, str) and SHA256.fullmatch(sha256)):
        raise BadInput("Expected sha256 as 64 hexadecimal digits, as /predict tells it. Received something else.")
    if said is None and sha256 is not None:
        raise BadInput("Expected said with sha256: what that model had said. Received none.")
    return Given(*seen, label, model, said, sha256)


def _decode(data: bytes, settings: Settings) -> np.ndarray:
    if not data:
        raise BadInput("Expected a picture. Received an empty body.")
    return decode(data, settings)


def _from_json(body: dict[str, Any], settings: Settings) -> Seen:
    if len(body) != 1 or (key := next(iter(body))) not in KEYS:
        received = ", ".join(repr(key)[:40] for key in list(body)[:5]) or "none"
        raise BadInput(f"Expected one key of {', '.join(KEYS)}, beside {', '.join(TOLD)}. Received {received}.")
    value = body[key]
    if key == "image":
        return decode_base64(value, settings), None
    if key == "pixels":
        return check_pixels(value, settings), None
    return render(check_strokes(value, settings)), [stroke for stroke in value if stroke]


def _from_form(request: Request, settings: Settings) -> np.ndarray:
    files = [(name, file) for name in request.files for file in request.files.getlist(name)]
    others = [name for name in request.form if name not in TOLD]
    if others:
        raise BadInput(f"Expected only the text fields {', '.join(TOLD)}. Received {others[0]!r:.40}, too.")
    if len(files) != 1 or files[0][0] != "image":
        fields = ", ".join(sorted({name[:40] for name, _ in files}))
        received = f"{len(files)} in {fields:.80}" if files else "none"
        raise BadInput(f"Expected one file, in the field image. Received {received}.")
    repeated = [name for name in request.form if len(request.form.getlist(name)) > 1]
    if repeated:
        raise BadInput(f"Expected {repeated[0]} once. Received it {len(request.form.getlist(repeated[0]))} times.")
    return _decode(files[0][1].read(), settings)


def _together(query: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    twice = [name for name in TOLD if name in query and name in body]
    if twice:
        raise BadInput(f"Expected {twice[0]} once. Received it in the query and in the body.")
    return query | body


def _label(name: str, value: Any) -> str | None:
    if type(value) is int and abs(value) < 10**18:
        value = str(value)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadInput(f"Expected {name} as a string or a whole number. Received {json_kind(value)}.")
    check_label(value)
    return value
