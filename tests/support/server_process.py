"""A real server: arbiter, workers and all, on a free port."""

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

PATIENCE = 30
"""Seconds after which a test gives up waiting; each wait takes a fraction of one."""


def wait_for(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> object:
    """The condition's value, once it is true."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")


class Running:
    """`server run` in processes of its own. Use it in a with statement."""

    def __init__(self, models: Path, folder: Path, *words: str, **environment: str):
        command = [str(Path(sys.executable).with_name("server")), "run", "--port", "0", "--models", str(models)]
        command += ["--store", f"sqlite:///{folder / 'store.db'}", *words]
        self.log = folder / "log"
        self.opened: list[http.client.HTTPConnection | socket.socket] = []
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stderr=log, env={**os.environ, **environment}, start_new_session=True)
        self.pid = self.process.pid

    def __enter__(self) -> "Running":
        try:
            found = wait_for(lambda: self.process.poll() is not None or self._announced(), "the line that says where")
            assert found is not True, self.log.read_text()
        except BaseException:
            self.stop(signal.SIGKILL)
            raise
        self.host, self.port = found.group(1).strip("[]"), int(found.group(2))
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self.opened:
            connection.close()
        self.stop(signal.SIGTERM)

    def stop(self, number: signal.Signals) -> int:
        """Send a signal to the arbiter and wait for it: its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            raise

    def workers(self) -> list[int]:
        """The process IDs of the workers."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(child) for child in children]

    def connect(self) -> http.client.HTTPConnection:
        """A connection that stays open."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
        self.opened.append(connection)
        connection.connect()
        return connection

    def owner(self, connection: http.client.HTTPConnection) -> int:
        """The worker at the other end of a connection."""
        port = connection.sock.getsockname()[1]
        ends = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        inode = next(end[9] for end in ends if end[1].endswith(f":{self.port:04X}") and end[2].endswith(f":{port:04X}"))
        return next(pid for pid in self.workers() if f"socket:[{inode}]" in _descriptors(pid))

    def get(self, path: str) -> http.client.HTTPResponse:
        """GET over a connection of its own; the answer's body is in `.body`, as JSON where it is."""
        return ask(self.connect(), "GET", path)

    def send(self, data: bytes) -> socket.socket:
        """A connection on which these bytes are sent."""
        connection = socket.create_connection((self.host, self.port), PATIENCE)
        self.opened.append(connection)
        connection.sendall(data)
        return connection

    def _announced(self) -> re.Match | None:
        return re.search(r"answers at http://(\S+):(\d+) ", self.log.read_text())


def ask(connection: http.client.HTTPConnection, *request: object, **more: object) -> http.client.HTTPResponse:
    """One request and its answer, read in full."""
    connection.request(*request, **more)
    return finish(connection.getresponse())


def receive(connection: socket.socket) -> http.client.HTTPResponse:
    """The answer to what was sent on a socket, read in full."""
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    return finish(answer)


def finish(answer: http.client.HTTPResponse) -> http.client.HTTPResponse:
    """Read an answer's body."""
    with answer:
        answer.body = answer.read()
    if answer.headers.get_content_type() == "application/json" and answer.body:
        answer.body = json.loads(answer.body)
    return answer


def _descriptors(pid: int) -> list[str]:
    """What a process has open."""
    links = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            links.append(str(descriptor.readlink()))
        except OSError:  # closed meanwhile
            continue
    return links
