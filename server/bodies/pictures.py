"""The body of /predict, in every form it may take -> images."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from flask import Request

from server.bodies.json_body import json_kind, read_json_object
from server.bodies.pixels import check_pixels, decode_base64
from server.bodies.whole import require_whole_body
from server.errors import UnsupportedMedia
from server.inference.errors import BadInput, InklingError, TooLarge
from server.inference.normalise import IMAGE_SIDE, normalise
from server.inference.pictures import decode
from server.inference.strokes import check_strokes, render
from server.settings import Settings

JSON_KEYS = ("image", "images", "pixels", "strokes")
MEDIA_TYPES = "image/png, image/jpeg, image/webp, multipart/form-data or application/json"


def read_images(request: Request, settings: Settings) -> np.ndarray:
    """The pictures of a request as images, uint8 (n, 28, 28), n >= 1. Raises InklingError of several kinds."""
    require_whole_body(request)
    media_type = request.mimetype
    if media_type.startswith("image/") or media_type in ("application/octet-stream", ""):
        data = request.get_data(cache=False)
        if not data:
            raise BadInput("Expected a picture. Received an empty body.")
        return normalise(decode(data, settings))[None]
    if media_type == "application/json":
        return _from_json(read_json_object(request, settings.max_predict_values), settings)
    if media_type == "multipart/form-data":
        return _from_form(request, settings)
    raise UnsupportedMedia(f"Expected {MEDIA_TYPES}. Received {media_type:.60}.")


def _from_form(request: Request, settings: Settings) -> np.ndarray:
    request.max_form_parts = 2 * settings.max_pictures  # beyond, nothing is read; up to it, the sentence below is the better
    files = request.files.getlist("image")
    others = [name for name in (*request.files, *request.form) if name != "image"]
    if others:
        raise BadInput(f"Expected only the field image. Received {others[0]!r:.40}, too.")
    if "image" in request.form:
        raise BadInput("Expected the field image as a file. Received it as text.")
    return normalise_each(files, lambda file: decode(file.read(), settings), settings)


def _from_json(body: dict[str, Any], settings: Settings) -> np.ndarray:
    if len(body) != 1 or (key := next(iter(body))) not in JSON_KEYS:
        received = ", ".join(repr(key)[:40] for key in list(body)[:5]) or "none"
        raise BadInput(f"Expected one key of {', '.join(JSON_KEYS)}. Received {received}.")
    value = body[key]
    if key == "strokes":
        return normalise(render(check_strokes(value, settings)))[None]
    if key == "image":
        return normalise(decode_base64(value, settings))[None]
    if not isinstance(value, list):
        raise BadInput(f"Expected {key} as an array. Received {json_kind(value)}.")
    if key == "images":
        return normalise_each(value, lambda text: decode_base64(text, settings), settings)
    pictures = value if value and isinstance(value[0], list) and value[0] and isinstance(value[0][0], list) else [value]
    return normalise_each(pictures, lambda rows: check_pixels(rows, settings), settings)


def normalise_each(pictures: Sequence, read: Callable[[Any], np.ndarray], settings: Settings) -> np.ndarray:
    """Read and normalise one picture after the other: uint8 (n, 28, 28).

    The first that fails fails them all, with an error that names its position.
    """
    count = len(pictures)
    if count == 0:
        raise BadInput("Expected at least one picture. Received none.")
    if count > settings.max_pictures:
        raise TooLarge(f"Expected at most {settings.max_pictures:,} pictures. Received {count:,}.")
    images = np.empty((count, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    for position, picture in enumerate(pictures):
        try:
            images[position] = normalise(read(picture))
        except InklingError as error:
            if count == 1:
                raise
            raise type(error)(f"Picture {position + 1} of {count}: {error}") from error
    return images
