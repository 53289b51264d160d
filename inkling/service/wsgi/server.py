"""WsgiServer: waitress on a socket that already listens, with a graceful shutdown.

waitress receives requests in one thread and hands each complete request to a pool of worker threads, so that a slow client
occupies a connection and no thread.
"""

import socket
import time
from collections.abc import Callable, Container

from flask import Flask
from waitress import wasyncore
from waitress.server import TcpWSGIServer
from waitress.utilities import queue_logger

from inkling.service.wsgi.config import WaitressConfig
from inkling.service.wsgi.connection import Connection
from inkling.service.wsgi.dispatcher import PoolDispatcher

KEEP_ALIVE_SECONDS = 2.0
"""How long idle connections stay open during shutdown: a request may already be on its way."""


class WsgiServer(TcpWSGIServer):  # type: ignore[misc]  # waitress is untyped
    """Serves an app. on_rejected: called with the status of each request that is rejected before it reaches the app.

    threads, fast_paths: see PoolDispatcher.
    """

    channel_class: type[Connection] = Connection

    def __init__(
        self,
        app: Flask,
        listen_socket: socket.socket,
        config: WaitressConfig,
        threads: int,
        on_rejected: Callable[[int], object],
        fast_paths: Container[str] = (),
    ):
        self.on_rejected = on_rejected
        self.stopping = False
        queue_logger.setLevel("ERROR")  # a queue is normal under load
        super().__init__(
            app,
            {},
            True,
            listen_socket,
            dispatcher=PoolDispatcher(threads, fast_paths),
            adj=config,
            bind_socket=False,
            sockinfo=(listen_socket.family, listen_socket.type, listen_socket.proto, listen_socket.getsockname()),
        )

    def poll(self, timeout: float) -> None:
        """Receive and send until something happens, at most `timeout` seconds."""
        wasyncore.loop(timeout=timeout, use_poll=True, map=self._map, count=1)

    def maintenance(self, now: float) -> None:
        """Close connections that are idle, overdue or stalled. waitress calls it every second."""
        super().maintenance(now)
        monotonic = time.monotonic()
        for connection in self.connections():
            if connection.is_overdue(monotonic):
                connection.will_close = True
            elif connection.is_stalled(now):
                connection.handle_close()  # at once: its socket never becomes writable

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
