"""RequestParser: requests that waitress' own parser would drop without a response."""

import errno
import re

import pytest

from inkling.service.wsgi.body_access import BodyAccess
from inkling.service.wsgi.config import WaitressConfig
from inkling.service.wsgi.parser import HEADER_SECONDS, RequestParser
from server.settings import Settings
from tests.support.server_fixtures import MakeApp


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


def test_bodies_beyond_the_budget_are_refused(parser: RequestParser) -> None:
    """Those of other connections count; the client may retry."""
    budget = parser.adj.buffer_budget
    budget.capacity, budget.held = 100, 95
    parser.received(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
    parser.received(b"12345")
    assert parser.error is None
    parser.received(b"6")
    assert parser.completed
    assert parser.error.code == 503


LARGE_UPLOAD = b"POST /evaluate HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n%s\r\n"


@pytest.mark.parametrize("authorization", [b"", b"Authorization: Bearer wrong\r\n"])
def test_large_body_of_a_stranger_is_refused_at_its_headers(make_app: MakeApp, authorization: bytes) -> None:
    """Before 100 MB arrive, and instead of "100 Continue"."""
    settings = Settings(host="0.0.0.0", token="right")  # noqa: S104 nothing listens
    config = WaitressConfig(settings, 1_000, re.compile("/evaluate"), 10**9)
    config.check_bodies(BodyAccess(make_app(), settings))
    parser = RequestParser(config)
    parser.received(LARGE_UPLOAD % (authorization + b"Expect: 100-continue\r\n"))
    assert parser.completed
    assert not parser.expect_continue
    assert parser.error.code == 401
    accepted = RequestParser(config)
    accepted.received(LARGE_UPLOAD % b"Authorization: Bearer right\r\n")
    assert not accepted.completed


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 507), (errno.EMFILE, 503)])
def test_failure_of_the_temporary_file_is_reported(
    parser: RequestParser, monkeypatch: pytest.MonkeyPatch, number: int, status: int
) -> None:
    """A large body moves to the temporary folder, which may be full; the event loop goes on."""

    def fail(*_: object) -> None:
        raise OSError(number, "no")

    parser.received(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n")
    monkeypatch.setattr(parser.body_rcv.getbuf(), "append", fail)
    assert parser.received(b"x" * 100) == 100
    assert parser.completed
    assert parser.error.code == status
