"""Which requests the event loop can answer itself, as far as their bodies tell without decoding."""

import struct

from inkling.service.http.json_provider import JSON_MEDIA_TYPE
from inkling.service.wsgi.parser import RequestParser

MAX_PNG_BYTES = 64 * 1024
MAX_PIXELS = 300 * 300
"""Of a PNG: a drawing. Noise of this size takes 20 ms, a photograph much longer."""

MAX_JSON_BYTES = 16 * 1024
"""Of strokes or gray levels: about 1,500 points, which take at most 20 ms."""

PNG_HEAD = struct.Struct(">8s4x4sII")
"""Signature, length and name of the first chunk, width and height (PNG specification, sections 5.2 and 11.2.1)."""


def is_fast(request: RequestParser) -> bool:
    """Whether a request to /predict holds strokes, gray levels or a small PNG.

    A body of a few bytes may declare millions of pixels, so that its size alone says nothing. A version that is named in the
    query may have to be loaded first.
    """
    if request.path != "/predict" or "version" in request.query or not 0 < request.body_bytes_received <= MAX_PNG_BYTES:
        return False
    file = request.get_body_stream()
    body = file.read()
    file.seek(0)
    media_type = request.headers.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if media_type == JSON_MEDIA_TYPE:
        return len(body) <= MAX_JSON_BYTES and b"image" not in body and b"\\" not in body  # escapes could hide the key "image"
    return media_type != "multipart/form-data" and is_small_png(body)


def is_small_png(body: bytes) -> bool:
    """Whether a body is a PNG that declares its size once, and few pixels."""
    if len(body) < PNG_HEAD.size or body.count(b"IHDR") != 1:
        return False
    signature, chunk, width, height = PNG_HEAD.unpack_from(body)
    return bool(signature == b"\x89PNG\r\n\x1a\n" and chunk == b"IHDR" and width * height <= MAX_PIXELS)
