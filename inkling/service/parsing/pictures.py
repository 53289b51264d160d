"""Pictures in a request body: a file, a multipart form with files, or JSON."""

import math
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from flask import Request

from inkling.deadline import check_deadline
from inkling.errors import InvalidInput, TooLarge
from inkling.imaging.decoding import read_dimensions
from inkling.imaging.picture import EncodedPicture, GrayLevels, PenStrokes, Picture, PicturePosition
from inkling.imaging.strokes import parse_pen_width, parse_strokes
from inkling.limits import Limits
from inkling.service.http.errors import UnsupportedMediaType
from inkling.service.http.json_provider import JSON_MEDIA_TYPE
from inkling.service.parsing.content_length import require_content_length
from inkling.service.parsing.json_body import json_type_name, read_json_object
from inkling.service.parsing.pixels import decode_base64, parse_pixels

JSON_KEYS = ("image", "images", "pixels", "strokes")
FORM_MEDIA_TYPE = "multipart/form-data"
MEDIA_TYPES = f"image/png, image/jpeg, image/webp, {FORM_MEDIA_TYPE} or {JSON_MEDIA_TYPE}"


def iter_pictures(
    request: Request, limits: Limits, max_values: int, max_count: int | None = None
) -> Iterator[tuple[PicturePosition, Picture]]:
    """The pictures of a request, at least one, parsed one at a time. Sizes of files are added up before the first one.

    max_values: of the JSON. max_count: of the pictures, `limits.max_pictures` by default. Raises InvalidInput, InvalidJson,
    LengthRequired, TooLarge, EmptyPicture or UnsupportedMediaType.
    """
    require_content_length(request)
    parsed = _iter_parsed(request, limits, max_values, max_count)
    position, picture = next(parsed)
    pictures = chain([(position, picture)], parsed)
    if position.count > 1 and isinstance(picture, EncodedPicture):  # then all of them are
        files = list(pictures)
        _check_total_pixels(files, limits)
        pictures = chain(files)
    for position, picture in pictures:
        check_deadline()
        yield position, picture


def _check_total_pixels(pictures: list[tuple[PicturePosition, Picture]], limits: Limits) -> None:
    """Check what the headers of all files declare. Raises TooLarge or the errors of `read_dimensions`."""
    pixels = 0
    for position, picture in pictures:
        check_deadline()
        if isinstance(picture, EncodedPicture):
            with position.named_in_errors():
                pixels += math.prod(read_dimensions(picture.data, limits))
    if pixels > limits.max_request_pixels:
        raise TooLarge(f"The pictures have {pixels:,} pixels in all, over {limits.max_request_pixels:,}. Send fewer at a time.")


def _iter_parsed(
    request: Request, limits: Limits, max_values: int, max_count: int | None
) -> Iterator[tuple[PicturePosition, Picture]]:
    if is_file_body(request):
        yield PicturePosition(0, 1), EncodedPicture(read_file_body(request))
    elif request.mimetype == JSON_MEDIA_TYPE:
        yield from _iter_json(read_json_object(request, max_values), limits, max_count)
    elif request.mimetype == FORM_MEDIA_TYPE:
        yield from _iter_form(request, limits, max_count)
    else:
        raise unsupported_media_type(request)


def read_picture(request: Request, limits: Limits, max_values: int) -> Picture:
    """The only picture of a request. Raises the errors of `iter_pictures`."""
    ((_, picture),) = iter_pictures(request, limits, max_values, max_count=1)
    return picture


def is_file_body(request: Request) -> bool:
    """Whether the body is a picture file."""
    return request.mimetype.startswith("image/") or request.mimetype in ("application/octet-stream", "")


def read_file_body(request: Request) -> bytes:
    """The body, which must not be empty. Raises InvalidInput."""
    data = request.get_data(cache=False)
    if not data:
        raise InvalidInput("The body is empty. Send a picture.")
    return data


def unsupported_media_type(request: Request) -> UnsupportedMediaType:
    """The error for a body that holds no pictures."""
    return UnsupportedMediaType(f"Content-Type {request.mimetype:.60} is not supported. Send {MEDIA_TYPES}.")


def parse_single_picture(body: dict[str, Any], limits: Limits, *, other_keys: Sequence[str] = ()) -> Picture:
    """The picture in a JSON object with the key image, pixels or strokes. other_keys: named in the error message."""
    key, value, pen = _only_key(body, ("image", "pixels", "strokes"), other_keys)
    return _parse(key, value, pen, limits)


def _iter_json(body: dict[str, Any], limits: Limits, max_count: int | None) -> Iterator[tuple[PicturePosition, Picture]]:
    key, value, pen = _only_key(body, JSON_KEYS)
    if key in ("image", "strokes"):
        yield PicturePosition(0, 1), _parse(key, value, pen, limits)
        return
    if not isinstance(value, list):
        raise InvalidInput(f"{key}: expected an array, got {json_type_name(value)}.")
    if key == "pixels" and not (value and isinstance(value[0], list) and value[0] and isinstance(value[0][0], list)):
        value = [value]
    for position, item in zip(_positions(len(value), limits, max_count), value, strict=True):
        with position.named_in_errors():
            picture = _parse(key, item, None, limits)
        yield position, picture


def _iter_form(request: Request, limits: Limits, max_count: int | None) -> Iterator[tuple[PicturePosition, Picture]]:
    request.max_form_parts = 2 * limits.max_pictures  # beyond, werkzeug stops reading; below, our message is more precise
    files = request.files.getlist("image")
    others = [name for name in (*request.files, *request.form) if name != "image"]
    if others:
        raise InvalidInput(f"Unknown form field {others[0]!r:.40}. The only field is image.")
    if "image" in request.form:
        raise InvalidInput("The form field image must be a file, not text.")
    for position, file in zip(_positions(len(files), limits, max_count), files, strict=True):
        yield position, EncodedPicture(file.read())


def _positions(count: int, limits: Limits, max_count: int | None) -> list[PicturePosition]:
    if count == 0:
        raise InvalidInput("Send at least one picture.")
    if max_count == 1 and count > 1:
        raise InvalidInput(f"Send one picture, not {count:,}.")
    if count > limits.max_pictures:
        raise TooLarge(f"{count:,} pictures exceed the maximum of {limits.max_pictures:,}.")
    return [PicturePosition(index, count) for index in range(count)]


def _only_key(body: dict[str, Any], keys: Sequence[str], other_keys: Sequence[str] = ()) -> tuple[str, Any, float | None]:
    """The only key of the body, its value, and the width of the pen if it is sent with strokes."""
    pen = parse_pen_width(body.pop("pen")) if "strokes" in body and "pen" in body else None
    if len(body) != 1 or (key := next(iter(body))) not in keys:
        besides = f" (besides {', '.join(other_keys)})" if other_keys else ""
        got = ", ".join(repr(key)[:40] for key in list(body)[:5]) or "none"
        raise InvalidInput(f"Expected exactly one of the keys {', '.join(keys)}{besides}, got {got}. pen needs strokes.")
    return key, body[key], pen


def _parse(key: str, value: Any, pen: float | None, limits: Limits) -> Picture:
    """One picture under a key of the body."""
    if key == "pixels":
        return GrayLevels(parse_pixels(value, limits))
    if key == "strokes":
        return PenStrokes(parse_strokes(value, limits), pen, [stroke for stroke in value if stroke])
    return EncodedPicture(decode_base64(value))
