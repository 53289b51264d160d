"""A real server: an arbiter and its workers on a free port, and HTTP clients for it."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

TIMEOUT_SECONDS = 30
"""After that, a test stops waiting; usually each wait takes a fraction of a second."""


def wait_for(condition: Callable[[], object], description: str, timeout: float = TIMEOUT_SECONDS) -> object:
    """Poll until the condition is true; return its value."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"timed out waiting for {description}")


class ServerProcess:
    """`server run` in processes of its own. Use it in a with statement.

    folder: for the logs and the database. arguments, environment: added to those of the command. stdout: a file descriptor for
    the request log, instead of a file in the folder.
    """

    def __init__(self, models: Path, folder: Path, *arguments: str, stdout: int | None = None, **environment: str):
        command = [str(Path(sys.executable).with_name("server")), "run", "--port", "0", "--models", str(models)]
        command += ["--store", f"sqlite:///{folder / 'store.db'}", *arguments]
        self.log, self.request_log = folder / "log", folder / "requests"
        self.opened: list[http.client.HTTPConnection | socket.socket] = []
        with self.log.open("wb") as log, self.request_log.open("wb") as requests:
            self.process = subprocess.Popen(
                command,
                stdout=requests if stdout is None else stdout,
                stderr=log,
                env={**os.environ, **environment},
                start_new_session=True,
            )
        self.pid = self.process.pid

    def __enter__(self) -> "ServerProcess":
        try:
            match = wait_for(lambda: self.process.poll() is not None or self._startup_line(), "the startup line")
            assert match is not True, self.log.read_text()
        except BaseException:
            self.stop(signal.SIGKILL)
            raise
        self.host, self.port = match.group(1).strip("[]"), int(match.group(2))
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self.opened:
            connection.close()
        self.stop(signal.SIGTERM)

    def stop(self, number: signal.Signals) -> int:
        """Send a signal to the arbiter and wait for it; return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            raise

    def workers(self) -> list[int]:
        """The process IDs of the workers."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(child) for child in children]

    def connect(self) -> http.client.HTTPConnection:
        """Open a persistent connection."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_SECONDS)
        self.opened.append(connection)
        connection.connect()
        return connection

    def worker_of(self, connection: http.client.HTTPConnection) -> int:
        """The process ID of the worker that serves a connection."""
        port = connection.sock.getsockname()[1]
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        inode = next(row[9] for row in rows if row[1].endswith(f":{self.port:04X}") and row[2].endswith(f":{port:04X}"))
        return next(pid for pid in self.workers() if f"socket:[{inode}]" in open_files(pid))

    def get(self, path: str) -> http.client.HTTPResponse:
        """GET over a new connection, as `send_request` does."""
        return send_request(self.connect(), "GET", path)

    def send(self, data: bytes) -> socket.socket:
        """Open a connection and send these bytes."""
        connection = socket.create_connection((self.host, self.port), TIMEOUT_SECONDS)
        self.opened.append(connection)
        connection.sendall(data)
        return connection

    def _startup_line(self) -> re.Match | None:
        return re.search(r"listening at http://(\S+):(\d+) ", self.log.read_text())


def post_head(path: str = "/predict", **headers: object) -> bytes:
    """The request line and headers of a picture's POST."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: image/png"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def send_request(connection: http.client.HTTPConnection, *request: object, **options: object) -> http.client.HTTPResponse:
    """Send a request and read the complete response; `.body` holds its body, decoded if it is JSON."""
    connection.request(*request, **options)
    return read_body(connection.getresponse())


def read_response(connection: socket.socket) -> http.client.HTTPResponse:
    """Read the complete response to what was sent on a socket."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    return read_body(response)


def read_body(response: http.client.HTTPResponse) -> http.client.HTTPResponse:
    """Read a response's body."""
    with response:
        response.body = response.read()
    if response.headers.get_content_type() == "application/json" and response.body:
        response.body = json.loads(response.body)
    return response


def open_files(pid: int) -> list[str]:
    """The link targets of a process's file descriptors."""
    links = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            links.append(str(descriptor.readlink()))
        except OSError:  # closed meanwhile
            continue
    return links
