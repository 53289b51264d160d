"""WsgiServer: waitress on a socket that already listens, with a graceful shutdown.

waitress receives requests in one thread, the event loop, and hands complete requests to worker threads, so that a slow client
occupies a connection and no thread. Here the event loop answers fast requests itself.
"""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import TcpWSGIServer
from waitress.utilities import queue_logger

from inkling.service.http.auth import EXTENSION_KEY
from inkling.service.wsgi.body_access import BodyAccess
from inkling.service.wsgi.config import WaitressConfig
from inkling.service.wsgi.connection import Connection
from inkling.service.wsgi.dispatcher import RequestDispatcher
from inkling.service.wsgi.open_files import EXHAUSTED
from inkling.service.wsgi.parser import RequestParser

ACCEPT_PAUSE_SECONDS = 0.2
"""How long no connection is accepted after the system refused one more open file; else the event loop would spin."""

CROWDED_IDLE_SECONDS = 1.0
"""Idle time after which a connection is closed while the maximum number is open, since others may wait."""

FAST_SECONDS = 0.005
"""How long the event loop answers fast requests before it receives, sends and accepts a connection again."""

KEEP_ALIVE_SECONDS = 2.0
"""How long idle connections stay open during shutdown: a request may already be on its way."""


class WsgiServer(TcpWSGIServer):  # type: ignore[misc]  # waitress is untyped
    """Serves an app. threads, is_fast: see RequestDispatcher."""

    channel_class: type[Connection] = Connection
    next_channel_cleanup: float

    def __init__(
        self,
        app: Flask,
        listen_socket: socket.socket,
        config: WaitressConfig,
        threads: int,
        is_fast: Callable[[RequestParser], bool] = lambda _: False,
    ):
        self.stopping = False
        self.answering_thread: int | None = None
        self.accept_again_at = 0.0
        config.check_bodies(BodyAccess(app, app.extensions[EXTENSION_KEY]))
        queue_logger.setLevel("ERROR")  # a queue is normal under load
        super().__init__(
            app,
            {},
            True,
            listen_socket,
            dispatcher=RequestDispatcher(threads, config.max_requests_in_flight, is_fast),
            adj=config,
            bind_socket=False,
            sockinfo=(listen_socket.family, listen_socket.type, listen_socket.proto, listen_socket.getsockname()),
        )

    def poll(self, timeout: float) -> None:
        """Receive and send until something happens, at most `timeout` seconds; then answer fast requests."""
        fast = self.task_dispatcher.fast
        wasyncore.loop(timeout=0 if fast else timeout, use_poll=True, map=self._map, count=1)
        self.answering_thread = threading.get_ident()
        started = time.monotonic()
        while fast and time.monotonic() - started < FAST_SECONDS:
            connection = fast.popleft()
            try:
                connection.answer()
            except Exception:  # as for other events: only this connection is closed
                connection.handle_error()
        self.answering_thread = None

    def pull_trigger(self) -> None:
        """Wake up the event loop, unless it is this thread and is awake. Tasks call it when they have written a response."""
        if threading.get_ident() != self.answering_thread:
            super().pull_trigger()

    def maintenance(self, now: float) -> None:
        """Close connections that are idle, overdue or stalled, and count the bytes held. waitress calls it every second."""
        super().maintenance(now)
        monotonic = time.monotonic()
        connections = self.connections()
        self.adj.buffer_budget.held = sum(connection.buffered_bytes() for connection in connections)
        for connection in connections:
            is_crowded = self.in_connection_overflow and connection.is_silent(now, CROWDED_IDLE_SECONDS)
            if connection.is_stalled(now):
                connection.handle_close()  # at once: its socket never becomes writable
            elif is_crowded or connection.is_overdue(monotonic):
                connection.will_close = True

    def accept(self) -> Any:
        try:
            return super().accept()
        except OSError as error:
            if error.errno in EXHAUSTED:
                self.accept_again_at = time.monotonic() + ACCEPT_PAUSE_SECONDS
            raise

    def readable(self) -> bool:
        self._follow_clock(time.time())
        return bool(super().readable()) and time.monotonic() >= self.accept_again_at

    def _follow_clock(self, now: float) -> None:
        """Restart idle timeouts if the clock was set back: waitress measures them, and its maintenance, by the clock."""
        if self.next_channel_cleanup > now + 2 * self.adj.cleanup_interval:
            self.next_channel_cleanup = now
            for connection in self.connections():
                connection.last_activity = now

    def shut_down(self, timeout: float, heartbeat: Callable[[], object]) -> None:
        """Accept no more connections, answer requests on open ones, then close; at most `timeout` seconds.

        heartbeat: called a few times per second meanwhile.
        """
        self.stopping = True
        while self._accept_pending():
            continue
        self.accepting = False
        self.del_channel()
        self.socket.close()
        started = time.monotonic()
        while self.active_channels and (elapsed := time.monotonic() - started) < timeout:
            heartbeat()
            for connection in self.connections():
                if (elapsed > KEEP_ALIVE_SECONDS and connection.is_idle()) or connection.is_overdue(started + elapsed):
                    connection.will_close = True
            self.poll(0.1)
        self.task_dispatcher.shutdown()

    def connections(self) -> list[Connection]:
        """The open connections. Others may close them meanwhile."""
        return list(self.active_channels.values())

    def _accept_pending(self) -> bool:
        """Accept one connection that the kernel has already established. False if there is none."""
        count = len(self.active_channels)
        self.handle_accept()
        return len(self.active_channels) > count
