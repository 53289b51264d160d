"""Connection: one client's socket, with its requests and responses."""

import socket
import time

from waitress.channel import HTTPChannel

from inkling.service.wsgi.parser import RequestParser
from inkling.service.wsgi.tasks import ErrorResponseTask, RequestTask

MAX_UNSENT_BYTES = 1 << 20
"""Unsent response bytes above which a connection's next pipelined request is not started."""

LINGER_SECONDS = 5.0
"""How long the rest of a rejected request is read and discarded. Closing earlier resets the connection before the client
has read the response."""


class Connection(HTTPChannel):  # type: ignore[misc]  # waitress is untyped
    """waitress' channel with backpressure, a receive timeout and lingering close."""

    task_class = RequestTask
    error_task_class = ErrorResponseTask
    parser_class = RequestParser
    must_linger = False
    linger_until = 0.0
    is_deferred = False

    def write_soon(self, data: bytes) -> int:
        self.last_activity = time.time()  # the idle timeout starts when the response is ready
        written: int = super().write_soon(data)
        return written

    def answer(self) -> None:
        """Answer the next request in the event loop's thread, and send the response without another poll."""
        self.service()
        if self.connected and self.writable():
            self.handle_write()

    def defer_if_backlogged(self) -> bool:
        """Whether the next request must wait until the client has read earlier responses; then handle_write resumes it."""
        with self.outbuf_lock:
            self.is_deferred = self.total_outbufs_len > MAX_UNSENT_BYTES
            return self.is_deferred

    def is_silent(self, now: float, seconds: float) -> bool:
        """Whether the client owes the rest of a request, or the next one, and has sent nothing for so long."""
        return not self.requests and not self.total_outbufs_len and now - self.last_activity > seconds

    def is_stalled(self, now: float) -> bool:
        """Whether the client has read nothing of a response for the idle timeout. now: as time.time()."""
        return bool(self.total_outbufs_len > 0 and now - self.last_activity > self.adj.channel_timeout)

    def buffered_bytes(self) -> int:
        """Bytes of request bodies that are held. Called by the event loop; a worker thread may remove requests meanwhile."""
        request = self.request
        requests = [*self.requests, request] if request else self.requests
        return sum(each.body_bytes_received for each in requests)

    def is_gone(self) -> bool:
        """Whether the client has closed the connection, or its sending side. For the thread that handles a request."""
        client = self.socket  # the event loop removes it when the connection is closed
        if not self.connected or client is None:
            return True
        try:
            return not client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def is_idle(self) -> bool:
        """Whether nothing is being received, processed or sent."""
        return not (self.request or self.requests or self.total_outbufs_len or self.close_when_flushed or self.linger_until)

    def is_overdue(self, now: float) -> bool:
        """Whether the request takes too long to arrive, or lingering has lasted long enough. now: as time.monotonic()."""
        if self.linger_until:
            return now > self.linger_until
        request = self.request  # another thread may reset it
        return request is not None and request.is_overdue(now)

    def handle_write(self) -> None:
        """Like waitress', but after a rejected request only the sending side is closed at first (lingering close)."""
        if self.must_linger and self.close_when_flushed and not self.will_close:
            self._start_lingering()
            return
        super().handle_write()
        if self.is_deferred and self.connected and self.total_outbufs_len <= MAX_UNSENT_BYTES:
            self.is_deferred = False
            self.server.add_task(self)

    def received(self, data: bytes) -> bool:
        """Parse what arrived; discard it while lingering."""
        return False if self.linger_until else bool(super().received(data))

    def _start_lingering(self) -> None:
        self._flush_exception(self._flush_some)
        if self.total_outbufs_len or not self.connected:
            return
        self.must_linger, self.close_when_flushed = False, False
        self.linger_until = time.monotonic() + LINGER_SECONDS
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:  # already closed by the client
            self.handle_close()
