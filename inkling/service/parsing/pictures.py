"""The body of /predict and /read, in every form it may take -> what each of its pictures is turned into."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from flask import Request

from inkling.errors import BadInput, InklingError, TooLarge
from inkling.imaging.strokes import check_strokes
from inkling.service.http.errors import UnsupportedMedia
from inkling.service.parsing.content_length import require_whole_body
from inkling.service.parsing.json_body import json_kind, read_json_object
from inkling.service.parsing.pen import pop_pen
from inkling.service.parsing.pixels import check_pixels, decode_base64
from server.settings import Settings

JSON_KEYS = ("image", "images", "pixels", "strokes")
MEDIA_TYPES = "image/png, image/jpeg, image/webp, multipart/form-data or application/json"


Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Turn(Generic[Made]):
    """What to turn each form of a picture into: a file's bytes, grey levels as uint8 (height, width), and pen strokes.

    Beside strokes comes the width of their pen, in their units, or None.
    """

    file: Callable[[bytes], Made]
    levels: Callable[[np.ndarray], Made]
    strokes: Callable[[list[np.ndarray], float | None], Made]


def read_picture(request: Request, settings: Settings, turn: Turn[Made]) -> Made:
    """The one picture of a request, in any form that `read_pictures` takes, turned. Raises InklingError of several kinds."""
    return read_pictures(request, settings, turn, alone=True)[0]


def read_pictures(request: Request, settings: Settings, turn: Turn[Made], alone: bool = False) -> list[Made]:
    """The pictures of a request, one at least, each turned. Raises InklingError of several kinds.

    alone: one at most.
    """
    require_whole_body(request)
    media_type = request.mimetype
    if media_type.startswith("image/") or media_type in ("application/octet-stream", ""):
        data = request.get_data(cache=False)
        if not data:
            raise BadInput("Expected a picture. Received an empty body.")
        return [turn.file(data)]
    if media_type == "application/json":
        return _from_json(read_json_object(request, settings.max_predict_values), settings, turn, alone)
    if media_type == "multipart/form-data":
        return _from_form(request, settings, turn, alone)
    raise UnsupportedMedia(f"Expected {MEDIA_TYPES}. Received {media_type:.60}.")


def _from_form(request: Request, settings: Settings, turn: Turn, alone: bool) -> list:
    request.max_form_parts = 2 * settings.max_pictures  # beyond, nothing is read; up to it, the sentence below is the better
    files = request.files.getlist("image")
    others = [name for name in (*request.files, *request.form) if name != "image"]
    if others:
        raise BadInput(f"Expected only the field image. Received {others[0]!r:.40}, too.")
    if "image" in request.form:
        raise BadInput("Expected the field image as a file. Received it as text.")
    return each(files, lambda file: turn.file(file.read()), settings, alone)


def _from_json(body: dict[str, Any], settings: Settings, turn: Turn, alone: bool) -> list:
    pen = pop_pen(body)
    if len(body) != 1 or (key := next(iter(body))) not in JSON_KEYS:
        received = ", ".join(repr(key)[:40] for key in list(body)[:5]) or "none"
        raise BadInput(f"Expected one key of {', '.join(JSON_KEYS)}, or pen beside strokes. Received {received}.")
    value = body[key]
    if key == "strokes":
        return [turn.strokes(check_strokes(value, settings), pen)]
    if key == "image":
        return [turn.file(decode_base64(value))]
    if not isinstance(value, list):
        raise BadInput(f"Expected {key} as an array. Received {json_kind(value)}.")
    if key == "images":
        return each(value, lambda text: turn.file(decode_base64(text)), settings, alone)
    pictures = value if value and isinstance(value[0], list) and value[0] and isinstance(value[0][0], list) else [value]
    return each(pictures, lambda rows: turn.levels(check_pixels(rows, settings)), settings, alone)


def each(pictures: Sequence[Given], make: Callable[[Given], Made], settings: Settings, alone: bool = False) -> list[Made]:
    """What one picture after the other is made into.

    The first that fails fails them all, with an error that names its position.
    """
    count = len(pictures)
    if count == 0:
        raise BadInput("Expected at least one picture. Received none.")
    if alone and count > 1:
        raise BadInput(f"Expected one picture. Received {count:,}.")
    if count > settings.max_pictures:
        raise TooLarge(f"Expected at most {settings.max_pictures:,} pictures. Received {count:,}.")
    made = []
    for position, picture in enumerate(pictures):
        try:
            made.append(make(picture))
        except InklingError as error:
            if count == 1:
                raise
            raise type(error)(f"Picture {position + 1} of {count}: {error}") from error
    return made
