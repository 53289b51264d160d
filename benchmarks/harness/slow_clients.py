"""Slow clients: connections that send a request one byte at a time, as slow networks and slowloris attacks do."""

import socket
import threading
import time
from typing import Any

from benchmarks.harness.request import HOST

BYTE_INTERVAL_SECONDS = 1.0
PARTIAL_HEADERS = b"POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
PARTIAL_BODY = b"POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/png\r\nContent-Length: 5000\r\n\r\n"


class SlowClients:
    """Context manager: open connections, send `start` on each, then one byte per second until the block ends."""

    def __init__(self, port: int, count: int, start: bytes):
        self.port, self.count, self.start = port, count, start
        self.sockets: list[socket.socket] = []
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._send_bytes, daemon=True)

    def __enter__(self) -> "SlowClients":
        for _ in range(self.count):
            client = socket.create_connection((HOST, self.port), timeout=5)
            client.sendall(self.start)
            self.sockets.append(client)
        self.thread.start()
        time.sleep(0.5)  # until the server has accepted the connections
        return self

    def __exit__(self, *_: Any) -> None:
        self.stopped.set()
        self.thread.join()
        for client in self.sockets:
            client.close()

    def _send_bytes(self) -> None:
        while not self.stopped.wait(BYTE_INTERVAL_SECONDS):
            for client in self.sockets:
                try:
                    client.send(b"a")
                except OSError:
                    continue  # the server closed the connection, which is allowed
