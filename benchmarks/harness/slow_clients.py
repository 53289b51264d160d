"""Slow clients: connections that send a request a byte at a time, as bad networks and worse intentions do."""

import socket
import threading
import time
from typing import Any

from benchmarks.harness.request import HOST

PAUSE_SECONDS = 1.0
HEADERS = b"POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = b"POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/png\r\nContent-Length: 5000\r\n\r\n"


class SlowClients:
    """Connections that have sent the beginning of a request and go on with a byte a second, while the block lasts."""

    def __init__(self, port: int, count: int, beginning: bytes):
        self.port, self.count, self.beginning = port, count, beginning
        self.sockets: list[socket.socket] = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._trickle, daemon=True)

    def __enter__(self) -> "SlowClients":
        for _ in range(self.count):
            client = socket.create_connection((HOST, self.port), timeout=5)
            client.sendall(self.beginning)
            self.sockets.append(client)
        self.thread.start()
        time.sleep(0.5)  # the server takes the connections in
        return self

    def __exit__(self, *_: Any) -> None:
        self.ended.set()
        self.thread.join()
        for client in self.sockets:
            client.close()

    def _trickle(self) -> None:
        while not self.ended.wait(PAUSE_SECONDS):
            for client in self.sockets:
                try:
                    client.send(b"a")
                except OSError:
                    continue  # the server has closed it, which is its right
