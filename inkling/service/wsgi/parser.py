"""RequestParser: reads one HTTP request as it arrives."""

import time
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError

from inkling.service.wsgi.chunked import ChunkedBody
from inkling.service.wsgi.config import WaitressConfig

HEADER_SECONDS = 20.0
"""Time for the headers to arrive; they fit into a few packets."""


class RequestParser(HTTPRequestParser):  # type: ignore[misc]  # waitress is untyped
    """waitress' parser with a body limit per path and the checks of RFC 9112 that it lacks.

    started_at: when the first byte arrived, as time.monotonic().
    """

    adj: WaitressConfig
    body_rcv: Any

    def __init__(self, config: WaitressConfig):
        super().__init__(config)
        self.started_at = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        """Raises ParsingError."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # a Content-Length of thousands of digits, an invalid IPv6 address in the request line
            raise ParsingError("Request line or Content-Length is invalid") from error
        self.adj = self.adj.for_path(self.path)
        if self.chunked:
            if "CONTENT_LENGTH" in self.headers:  # section 6.3: request smuggling
                raise ParsingError("Content-Length and Transfer-Encoding exclude each other")
            self.body_rcv = ChunkedBody(self.body_rcv.getbuf())
        host = self.headers.get("HOST")
        if "," in (host or "") or (host is None and self.version == "1.1"):  # section 3.2; waitress joins repeated fields
            raise ParsingError("Exactly one Host header is required")

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.error:
            self.expect_continue = False  # else waitress sends "100 Continue" before it rejects the request
        return consumed

    def is_overdue(self, now: float) -> bool:
        """Whether the headers or the whole request take too long to arrive. now: as time.monotonic()."""
        timeout = self.adj.receive_timeout if self.headers_finished else min(HEADER_SECONDS, self.adj.receive_timeout)
        return now - self.started_at > timeout
