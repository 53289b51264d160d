"""The door: waitress, with bodies bounded by path, errors in the one body, and a clean way to close.

waitress reads requests in one thread and hands each that has arrived in full to a pool of others, so that slow clients
cost a connection and no thread.
"""

import copy
import socket
import sys
import time
from collections.abc import Callable
from typing import Any, Protocol

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import queue_logger

from inkling.service.http.error_handlers import code_of, error_body
from inkling.service.http.security_headers import HEADERS

LARGE_BODY_PATH = "/evaluate"
QUICK_PATHS = ("/predict", "/health/live", "/health/ready")
QUICK_BYTES = 256 * 1024
"""A larger picture is a photograph, which takes a hundred times as long as a drawing."""

SENTENCES = {
    400: "Expected a request of HTTP/1.1 in order. Received one that is broken: {reason}.",
    413: "Expected a body of at most {max_body:,} bytes. Received more.",
    431: "Expected a first line and headers of at most {max_header:,} bytes. Received more.",
    501: "Expected a body as it is or chunked. Received one in another Transfer-Encoding.",
}

MOST_UNSENT = 1 << 20
"""Bytes that a client has yet to take, beyond which its next request waits: what it sent in one go may ask for far more."""

LINGER_SECONDS = 5.0
"""How long what a refused client still sends is thrown away: a closed socket would reset it before it reads the refusal."""

KEEP_ALIVE_SECONDS = 2.0
"""How long idle connections stay open when the server stops: a request may already be on its way."""


class Parser(HTTPRequestParser):
    """Reads one request. Its path says how large its body may be."""

    def __init__(self, adj: "Bounds"):
        super().__init__(adj)
        self.started = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.path == LARGE_BODY_PATH:
            self.adj = self.adj.large

    def received(self, data: bytes) -> int:
        consumed = super().received(data)
        if self.error:
            self.expect_continue = False  # else waitress would ask for the body that it has just refused
        return consumed


class Listening(Protocol):
    """The settings of a service that the door reads."""

    max_connections: int
    idle_timeout: int
    receive_timeout: int
    max_header_bytes: int


class Bounds(Adjustments):
    """waitress' settings; `large` are those of requests that may be large. most, largest: bytes of a body."""

    def __init__(self, settings: Listening, most: int, largest: int):
        super().__init__(
            connection_limit=settings.max_connections,
            channel_timeout=settings.idle_timeout,
            cleanup_interval=1,
            max_request_header_size=settings.max_header_bytes,
            max_request_body_size=most + 1,  # waitress refuses what reaches the number
            asyncore_use_poll=True,  # select() ends at file descriptor 1,023
            clear_untrusted_proxy_headers=False,  # we read none of them
            log_socket_errors=False,  # a client that goes away is no fault
            outbuf_high_watermark=sys.maxsize,  # beyond, a thread would wait for the client; here its next request does
            ident="",
        )
        self.receive_timeout = settings.receive_timeout
        self.large = copy.copy(self)
        self.large.max_request_body_size = largest + 1


class Answer(WSGITask):
    """A request that the app answers. While the server stops, each answer is its connection's last."""

    def build_response_header(self) -> bytes:
        if self.channel.server.stopping:
            self.set_close_on_finish()
        return super().build_response_header()

    def write(self, data: bytes) -> None:
        """As waitress', but headers and a body that is whole leave in one packet."""
        whole = not self.wrote_header and self.complete and self.has_body and data and len(data) == self.content_length
        if not whole:
            super().write(data)
            return
        head = self.build_response_header()
        self.wrote_header = True
        self.content_bytes_written = len(data)
        self.channel.write_soon(head + data)


class Refusal(ErrorTask):
    """A request that is refused before the app sees it: broken, too large, or one that made waitress itself fail."""

    def execute(self) -> None:
        error, bounds = self.request.error, self.request.adj
        reason = str(error.body).split("\n")[0].rstrip(".")[:100]
        sentence = SENTENCES.get(error.code, "Something went wrong in the server. It is logged.").format(
            reason=reason, max_body=bounds.max_request_body_size - 1, max_header=bounds.max_request_header_size
        )
        body = error_body("internal_error" if error.code == 500 else code_of(error.code), sentence)
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend([*HEADERS.items(), ("Content-Type", "application/json"), ("Cache-Control", "no-store")])
        self.set_close_on_finish()
        self.content_length = len(body)
        self.channel.server.refused(error.code)
        self.channel.linger = True
        self.write(body if getattr(self.request, "command", "") != "HEAD" else b"")


class Channel(HTTPChannel):
    """A connection."""

    task_class = Answer
    error_task_class = Refusal
    parser_class = Parser
    linger = False
    linger_until = 0.0
    held = False

    def write_soon(self, data: bytes) -> int:
        self.last_activity = time.time()  # from now on the client may be slow to take it
        return super().write_soon(data)

    def hold(self) -> bool:
        """Whether the next request has to wait until the client has taken what it asked for before."""
        with self.outbuf_lock:
            self.held = self.total_outbufs_len > MOST_UNSENT
            return self.held

    def stalled(self, now: float) -> bool:
        """Whether the client has taken nothing of an answer for as long as it may be silent. now: as time.time() tells."""
        return self.total_outbufs_len > 0 and now - self.last_activity > self.adj.channel_timeout

    def idle(self) -> bool:
        """Whether nothing is received, answered or sent."""
        return not (self.request or self.requests or self.total_outbufs_len or self.close_when_flushed or self.linger_until)

    def overdue(self, now: float) -> bool:
        """Whether the request that arrives takes too long, or a refused client has sent on for long enough."""
        request = self.request  # waitress may take it away meanwhile
        if self.linger_until:
            return now > self.linger_until
        return request is not None and now - request.started > self.adj.receive_timeout

    def handle_write(self) -> None:
        """As waitress', but a refused client gets to read the refusal before the connection closes."""
        if self.linger and self.close_when_flushed and not self.will_close:
            self._flush_exception(self._flush_some)
            if self.total_outbufs_len:
                return
            self.linger, self.close_when_flushed = False, False
            self.linger_until = time.monotonic() + LINGER_SECONDS
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:  # it is gone already
                self.handle_close()
            return
        super().handle_write()
        if self.held and self.connected and self.total_outbufs_len <= MOST_UNSENT:
            self.held = False
            self.server.add_task(self)

    def received(self, data: bytes) -> bool:
        return False if self.linger_until else super().received(data)


class Lanes:
    """Two pools of threads, so that small pictures and health never wait for what takes long.

    The quick lane is one thread: several would take Python's lock from each other, and answer fewer requests together.
    """

    def __init__(self, threads: int):
        self.quick, self.other = ThreadedTaskDispatcher(), ThreadedTaskDispatcher()
        self.quick.set_thread_count(1)
        self.other.set_thread_count(threads)

    def add_task(self, channel: Channel) -> None:
        """Queue a connection for the request that has arrived on it, unless its client is slow to take the answer before."""
        if channel.hold():
            return
        request = channel.requests[0]
        small = request.body_bytes_received <= QUICK_BYTES
        quick = request.error or (request.path in QUICK_PATHS and small)
        (self.quick if quick else self.other).add_task(channel)

    def shutdown(self) -> None:
        """End the threads, and what they still do after a second."""
        for lane in (self.quick, self.other):
            lane.shutdown(timeout=1)


class Door(TcpWSGIServer):
    """waitress on a socket that already listens. refused: is told the status of every request that the app never sees."""

    channel_class = Channel

    def __init__(self, app: Flask, listening: socket.socket, bounds: Bounds, threads: int, refused: Callable[[int], object]):
        self.refused = refused
        self.stopping = False
        queue_logger.setLevel("ERROR")  # a queue is no news
        info = (listening.family, listening.type, listening.proto, listening.getsockname())
        super().__init__(app, {}, True, listening, dispatcher=Lanes(threads), adj=bounds, bind_socket=False, sockinfo=info)

    def wait(self, seconds: float) -> None:
        """Receive and send for a while, or until something happened."""
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)

    def maintenance(self, now: float) -> None:
        """Close connections that are silent, overdue or stalled."""
        super().maintenance(now)
        ticks = time.monotonic()
        for channel in self.channels():
            if channel.overdue(ticks):
                channel.will_close = True
            elif channel.stalled(now):
                channel.handle_close()  # at once: a socket that takes nothing never comes to write

    def stop(self, seconds: float, tick: Any) -> None:
        """Take no more connections, answer what has arrived or arrives on those that are open, and close.

        `tick` is called a few times a second, for at most the given seconds.
        """
        self.stopping = True
        while self._accept_waiting():
            continue
        self.accepting = False
        self.del_channel()
        self.socket.close()
        started = time.monotonic()
        while self.active_channels and (waited := time.monotonic() - started) < seconds:
            tick()
            for channel in self.channels():
                if (waited > KEEP_ALIVE_SECONDS and channel.idle()) or channel.overdue(started + waited):
                    channel.will_close = True
            self.wait(0.1)
        self.task_dispatcher.shutdown()

    def channels(self) -> list[Channel]:
        """The open connections, of which some may close meanwhile."""
        return list(self.active_channels.values())

    def _accept_waiting(self) -> bool:
        """Accept a connection that the kernel already holds for us. Whether there was one."""
        before = len(self.active_channels)
        self.handle_accept()
        return len(self.active_channels) > before
