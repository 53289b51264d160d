"""Which requests the event loop can answer itself, as far as their bodies tell without decoding."""

import struct

from inkling.service.http.json_provider import JSON_MEDIA_TYPE
from inkling.service.wsgi.parser import RequestParser

MAX_PNG_BYTES = 64 * 1024
MAX_PIXELS = 300 * 300
"""Of a PNG: a drawing. Noise of this size takes 20 ms, a photograph much longer."""

MAX_JSON_BYTES = 16 * 1024
"""Of strokes or gray levels: about 1,500 points, which take at most 20 ms."""

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHUNK_HEAD, CHUNK_CHECKSUM_BYTES = struct.Struct(">I4s"), 4
"""Length and name of a chunk (PNG specification, section 5.3)."""

SIZE = struct.Struct(">II")
PLAIN_CHUNKS = {b"PLTE", b"tRNS", b"sRGB", b"gAMA", b"cHRM", b"sBIT", b"bKGD", b"pHYs", b"tIME", b"tEXt", b"IDAT", b"IEND"}
"""Chunks that hold no compressed data besides the pixels: a profile of a few bytes may unpack to a megabyte."""


def is_fast(request: RequestParser) -> bool:
    """Whether a request to /predict holds strokes, gray levels or a small PNG.

    A body of a few bytes may declare millions of pixels, so that its size alone says nothing. A version that is named in the
    query may have to be loaded first.
    """
    if (
        request.path != "/predict"
        or any(part in request.query for part in ("version", "%"))
        or not 0 < request.body_bytes_received <= MAX_PNG_BYTES
    ):
        return False
    file = request.get_body_stream()
    body = file.read()
    file.seek(0)
    media_type = request.headers.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if media_type == JSON_MEDIA_TYPE:
        return len(body) <= MAX_JSON_BYTES and b"image" not in body and b"\\" not in body  # escapes could hide the key "image"
    return media_type != "multipart/form-data" and is_small_png(body)


def is_small_png(body: bytes) -> bool:
    """Whether a body is a PNG of few pixels that holds nothing else that takes time to decode."""
    if not body.startswith(PNG_SIGNATURE):
        return False
    position, is_small = len(PNG_SIGNATURE), False
    while position + CHUNK_HEAD.size <= len(body):
        length, name = CHUNK_HEAD.unpack_from(body, position)
        position += CHUNK_HEAD.size
        if position == len(PNG_SIGNATURE) + CHUNK_HEAD.size:  # the first chunk
            if name != b"IHDR" or position + SIZE.size > len(body):
                return False
            width, height = SIZE.unpack_from(body, position)
            is_small = width * height <= MAX_PIXELS
        elif name not in PLAIN_CHUNKS:
            return False
        position += length + CHUNK_CHECKSUM_BYTES
    return is_small
