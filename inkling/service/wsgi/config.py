"""WaitressConfig: waitress' settings, derived from the settings of a service."""

import copy
import re
import sys
from typing import Protocol

from waitress.adjustments import Adjustments

from inkling.service.wsgi.body_access import BodyAccess
from inkling.service.wsgi.buffer_budget import BufferBudget
from inkling.service.wsgi.open_files import allowed_connections

MEMORY_BYTES = 256 * 1024
"""Received bytes of a request body above which it moves from memory to a temporary file."""


RECEIVED_BYTES = 64 * 1024
"""Read from a socket at once; waitress reads 8 KiB, one per poll."""


class WsgiSettings(Protocol):
    """The settings of a service that the WSGI server reads. Timeouts are in seconds."""

    @property
    def max_connections(self) -> int: ...
    @property
    def idle_timeout(self) -> int: ...
    @property
    def receive_timeout(self) -> int: ...
    @property
    def max_requests_in_flight(self) -> int: ...
    @property
    def max_header_bytes(self) -> int: ...
    @property
    def max_buffered_bytes(self) -> int: ...


class WaitressConfig(Adjustments):  # type: ignore[misc]  # waitress is untyped
    """Settings of one server; `for_path` returns those of a request.

    max_body_bytes: limit of a request body. large_body_paths: paths with the limit max_large_body_bytes instead.
    """

    def __init__(
        self, settings: WsgiSettings, max_body_bytes: int, large_body_paths: re.Pattern[str], max_large_body_bytes: int
    ):
        super().__init__(
            connection_limit=allowed_connections(settings.max_connections),
            channel_timeout=settings.idle_timeout,
            cleanup_interval=1,
            max_request_header_size=settings.max_header_bytes,
            recv_bytes=RECEIVED_BYTES,
            inbuf_overflow=MEMORY_BYTES,
            max_request_body_size=max_body_bytes + 1,  # waitress rejects bodies that reach the number
            asyncore_use_poll=True,  # select() fails for file descriptors above 1,023
            clear_untrusted_proxy_headers=False,  # the apps read no proxy headers
            log_socket_errors=False,  # clients that disconnect are normal
            outbuf_high_watermark=sys.maxsize,  # else worker threads block; see Connection.defer_if_backlogged
            ident="",
        )
        self.receive_timeout = settings.receive_timeout
        self.max_requests_in_flight = settings.max_requests_in_flight
        self.buffer_budget = BufferBudget(settings.max_buffered_bytes)
        self.body_access: BodyAccess | None = None
        self.large_body_paths = large_body_paths
        self.large = copy.copy(self)
        self.large.max_request_body_size = max_large_body_bytes + 1

    def check_bodies(self, access: BodyAccess) -> None:
        """Check the access of requests with large bodies at their headers."""
        self.body_access = self.large.body_access = access

    def for_path(self, path: str) -> "WaitressConfig":
        """The settings for requests to a path."""
        return self.large if self.large_body_paths.fullmatch(path) else self
