"""Clients that a WSGI server must endure: clients at shutdown, with too large bodies, and that read nothing."""

import http.client
import io
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.harness.request import HOST, Request
from benchmarks.harness.server_process import ServerProcess

MEBIBYTE = 1 << 20
STROKES = b'{"strokes":[[[0,0],[9,9]]]}'
EXPLAIN = Request("explain", "POST", "/explain", STROKES, "application/json")


def noisy_photograph(side: int) -> bytes:
    """A PNG that is slow to decode and to normalize, side × side pixels."""
    pixels = np.random.default_rng(0).integers(200, 255, (side, side)).astype(np.uint8)
    pixels[side // 4 : side // 3, side // 4 : -side // 4] = 20
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@contextmanager
def client_threads(count: int, call: Callable[[], object], rounds: int | None = None) -> Iterator[None]:
    """Threads that repeat a call while the block lasts, or `rounds` times."""
    stopped = threading.Event()

    def work() -> None:
        done = 0
        while not stopped.is_set() if rounds is None else done < rounds:
            call()
            done += 1

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


def lost_requests(server: ServerProcess, request: Request, clients: int, keep_alive: bool) -> int:
    """Load the server from several processes, stop it with SIGTERM and count the requests that got no response."""
    with ProcessPoolExecutor(clients) as processes:
        losses = [processes.submit(_request_until_refused, server.port, request, keep_alive) for _ in range(clients)]
        time.sleep(1.5)
        os.kill(server.pid, signal.SIGTERM)
        return sum(loss.result() for loss in losses)


def _request_until_refused(port: int, request: Request, keep_alive: bool) -> int:
    """Open connections and send requests until the port is closed; return the number of requests without a response."""
    lost = 0
    while True:
        try:
            connection = socket.create_connection((HOST, port), 30)
        except ConnectionRefusedError:
            return lost
        except OSError:
            return lost + 1
        with connection:
            lost += _request_repeatedly(connection, request, keep_alive)


def _request_repeatedly(connection: socket.socket, request: Request, keep_alive: bool) -> int:
    """Send requests until the server says that it closes the connection; return the number of those without a response."""
    client = http.client.HTTPConnection(HOST)
    client.sock = connection
    headers = {"Content-Type": request.media_type} if request.body else {}
    while True:
        try:
            client.request(request.method, request.path, request.body or None, headers)
            response = client.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            return 1
        if not keep_alive or response.headers["Connection"] == "close":
            return 0


def reads_rejection(port: int, size: int) -> bool:
    """Send a body over the limit completely; whether the 413 can be read then."""
    head = f"POST /predict HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: image/png\r\nContent-Length: {size}\r\n\r\n"
    with socket.create_connection((HOST, port), 30) as connection:
        try:
            connection.sendall(head.encode() + bytes(size))
            return b" 413 " in connection.recv(1000)
        except OSError:
            return False


def mebibytes_uploaded(port: int, path: str, mebibytes: int) -> float:
    """Send a body with Expect: 100-continue; MiB that are sent before an error arrives."""
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {mebibytes * MEBIBYTE}\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection((HOST, port), 30) as connection:
        connection.sendall(head.encode())
        return mebibytes if b" 100 " in connection.recv(1000) else 0


@contextmanager
def pipelining_clients(port: int, count: int, requests: int) -> Iterator[None]:
    """Connections on which many requests with large responses are sent at once, and nothing is read."""
    with ExitStack() as stack:
        for _ in range(count):
            connection = stack.enter_context(socket.create_connection((HOST, port), 30))
            connection.setblocking(False)
            with suppress(BlockingIOError):
                connection.send(EXPLAIN.wire() * requests)
        yield


def open_connections(port: int) -> int:
    """Connections that a server on this machine has open."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("utf-8").splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "01" for row in rows)
