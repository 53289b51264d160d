"""is_fast: no body that may take long is taken for a short one."""

import base64
import json
import re
import struct
import zlib

import numpy as np
import pytest

from inkling.service.wsgi.config import WaitressConfig
from inkling.service.wsgi.parser import RequestParser
from server.runtime.fast_requests import is_fast
from server.settings import Settings
from tests.support.pictures import draw_seven, encode_picture

SMALL = encode_picture(draw_seven())
PROFILE = zlib.compress(bytes(1 << 20))
LARGE = encode_picture(np.full((4_000, 4_000), 255, np.uint8))
JSON = "application/json"
BASE64 = base64.b64encode(LARGE).decode()


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def received(body: bytes, media_type: str = "image/png", path: str = "/predict") -> RequestParser:
    """A parsed request."""
    parser = RequestParser(WaitressConfig(Settings(), 10**6, re.compile("/evaluate"), 10**6))
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    data = head.encode() + body
    while data:
        data = data[parser.received(data) :]
    assert parser.completed
    return parser


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (SMALL, "image/png"),
        (SMALL, ""),
        (b'{"strokes":[[[0,0],[9,9]]]}', JSON),
        (b'{"pixels":[[0,255]]}', f"{JSON}; charset=utf-8"),
    ],
)
def test_drawings_are_fast(body: bytes, media_type: str) -> None:
    """And the body is still complete for the app."""
    request = received(body, media_type)
    assert is_fast(request)
    assert request.get_body_stream().read() == body


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (LARGE, "image/png"),
        (encode_picture(draw_seven(), "JPEG"), "image/jpeg"),
        (encode_picture(np.zeros((4_000, 4_000), np.uint8), "WEBP"), "image/webp"),
        (SMALL + LARGE[8:], "image/png"),
        (SMALL[:20], "image/png"),
        (SMALL[:33] + chunk(b"iCCP", b"p\0\0" + PROFILE) + SMALL[33:], "image/png"),
        (SMALL[:33] + chunk(b"zTXt", b"p\0\0" + PROFILE) + SMALL[33:], "image/png"),
        (json.dumps({"image": BASE64}).encode(), JSON),
        (json.dumps({"images": [BASE64]}).encode(), JSON),
        (json.dumps({"images": [BASE64]}).replace("images", "im\\u0061ges").encode(), JSON),
        (SMALL, "multipart/form-data; boundary=x"),
        (SMALL + b" " * 70_000, "image/png"),
        (json.dumps({"strokes": [[[x, x] for x in range(2_000)]]}).encode(), JSON),
    ],
    ids=[
        *(
            "large PNG",
            "JPEG",
            "WebP",
            "two sizes",
            "truncated",
            "profile",
            "compressed text",
            "base64",
            "several",
            "escaped",
            "form",
            "long",
            "many points",
        ),
    ],
)
def test_bodies_that_may_take_long_are_not(body: bytes, media_type: str) -> None:
    """Whatever their length: 710 bytes of WebP hold 16 million pixels."""
    request = received(body, media_type)
    assert not is_fast(request)
    request.close()


def test_other_paths_are_not() -> None:
    """/read looks for every digit of a page, and a version may have to be loaded."""
    assert not is_fast(received(SMALL, path="/read"))
    assert not is_fast(received(SMALL, path="/predict?version=0123456789ab"))
    assert is_fast(received(SMALL, path="/predict?model=digits"))
    assert not is_fast(received(b"", path="/predict"))
    assert is_fast(received(SMALL, path="/predict?model=digits&crops=all"))
    assert not is_fast(received(SMALL, path="/predict?%76ersion=current"))
