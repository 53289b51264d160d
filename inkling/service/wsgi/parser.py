"""RequestParser: reads one HTTP request as it arrives."""

import time
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError

from inkling.errors import InklingError
from inkling.service.http.errors import Busy
from inkling.service.http.exhaustion import exhaustion_error
from inkling.service.wsgi.chunked import ChunkedBody
from inkling.service.wsgi.config import MEMORY_BYTES, WaitressConfig
from inkling.service.wsgi.rejection import Rejection

HEADER_SECONDS = 20.0
"""Time for the headers to arrive; they fit into a few packets."""


class RequestParser(HTTPRequestParser):  # type: ignore[misc]  # waitress is untyped
    """waitress' parser with a body limit per path, an early access check and the checks of RFC 9112 that it lacks.

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
        is_in_headers = not self.headers_finished
        try:
            consumed: int = super().received(data)
        except OSError as error:  # from the temporary file of a large body
            reason = exhaustion_error(error)
            if reason is None:
                raise
            self._reject(reason)
            return len(data)
        if is_in_headers and self.headers_finished and not self.error:
            self._check_access()
        elif not is_in_headers and not self.adj.buffer_budget.receive(consumed):
            self._reject(Busy("Too many bytes of other requests are waiting; retry later."))
        if self.error:
            self.expect_continue = False  # else waitress sends "100 Continue" before it rejects the request
        return consumed

    def _check_access(self) -> None:
        """Refuse a large body, or one of unknown size, whose sender may not send it. The app checks small ones."""
        access = self.adj.body_access
        if access and (self.chunked or self.content_length > MEMORY_BYTES):
            refusal = access.find_refusal(self.command, self.path, self.headers)
            if refusal:
                self._reject(refusal)

    def _reject(self, error: InklingError) -> None:
        self.error, self.completed = Rejection(error), True

    def is_overdue(self, now: float) -> bool:
        """Whether the headers or the whole request take too long to arrive. now: as time.monotonic()."""
        timeout = self.adj.receive_timeout if self.headers_finished else min(HEADER_SECONDS, self.adj.receive_timeout)
        return now - self.started_at > timeout
