"""RequestParser: requests that waitress' own parser would drop without a response."""

import re

import pytest

from inkling.service.wsgi.config import WaitressConfig
from inkling.service.wsgi.parser import HEADER_SECONDS, RequestParser
from server.settings import Settings


@pytest.fixture
def parser() -> RequestParser:
    """A parser for one request."""
    return RequestParser(WaitressConfig(Settings(), 1_000, re.compile("/evaluate"), 1_000))


@pytest.mark.parametrize(
    "request_line",
    [b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5_000, b"GET http://[::1/x HTTP/1.1"],
    ids=["length", "address"],
)
def test_invalid_requests_are_rejected(parser: RequestParser, request_line: bytes) -> None:
    """With a status: a Content-Length that int() refuses, and an address that urlsplit refuses."""
    parser.received(request_line + b"\r\nHost: a\r\n\r\n")
    assert parser.completed
    assert parser.error.code == 400


def test_headers_have_less_time_than_the_body(parser: RequestParser) -> None:
    """A large body may take minutes; headers are small."""
    parser.received(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n")
    late = parser.started_at + HEADER_SECONDS + 1
    assert parser.is_overdue(late)
    parser.received(b"\r\n")
    assert not parser.is_overdue(late)
    assert parser.is_overdue(parser.started_at + parser.adj.receive_timeout + 1)
