"""A real trainer service: its process, its children and HTTP clients."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.server_process import ServerProcess, read_body
from tests.support.server_process import wait_for as wait_so_long

PROGRAM = (sys.executable, "-c", "from trainer.cli.main import main; main(prog_name='trainer')", "serve")

PATIENCE = 150
"""Seconds: a fit loads TensorFlow, which takes half a minute beside others."""

SMALL = {
    "recipe": "tfjs",
    "data": ["digits"],
    "epochs": 2,
    "batch_size": 64,
    "learning_rate": 0.01,
    "augmentation": "random-crop",
}
"""A fit that takes a second or two, once Keras is loaded."""

LONG = {"recipe": "convnetjs", "data": ["digits"], "epochs": 1000}
"""A fit that is not over before a test is."""

OVER = ("finished", "stopped", "failed", "interrupted")


def wait_for(condition: Callable[[], object], what: str) -> Any:
    """The condition's value, once it is true."""
    return wait_so_long(condition, what, PATIENCE)


class Event(NamedTuple):
    """An event as a watcher gets it."""

    number: int
    kind: str
    data: dict[str, Any]


class Serving(ServerProcess):
    """`trainer serve` on a free port. What it keeps lies in the folder, so that another one can go on."""

    def __init__(self, folder: Path, *words: str, **environment: str):
        (folder / "models").mkdir(parents=True, exist_ok=True)
        self.folder, self.models, self.runs = folder, folder / "models", folder / "runs"
        self.store = f"sqlite:///{folder / 'store.db'}"
        command = [
            *PROGRAM,
            "--port",
            "0",
            "--models",
            str(self.models),
            "--runs",
            str(self.runs),
            "--store",
            self.store,
            *words,
        ]
        self.log = folder / "log"
        self.opened = []
        given = {name: value for name, value in os.environ.items() if name != "INKLING_DATA"} | environment
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stderr=log, env=given, start_new_session=True)
        self.pid = self.process.pid

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> http.client.HTTPResponse:
        """One request over a connection of its own; the answer's body is in `.body`, as JSON where it is."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
        self.opened.append(connection)
        data = body if body is None or isinstance(body, bytes) else json.dumps(body)
        connection.request(method, path, data, {name.replace("_", "-"): value for name, value in headers.items()})
        return read_body(connection.getresponse())

    def submit(self, **settings: Any) -> str:
        """Queue a fit: the job's ID."""
        answer = self.ask("POST", "/jobs", settings)
        assert answer.status == 202, answer.body
        assert answer.headers["Location"] == f"/jobs/{answer.body['id']}"
        return answer.body["id"]

    def job(self, number: str) -> dict[str, Any]:
        """A job as it stands."""
        return self.ask("GET", f"/jobs/{number}").body

    def steer(self, number: str, **change: Any) -> http.client.HTTPResponse:
        """PATCH a job."""
        return self.ask("PATCH", f"/jobs/{number}", change)

    def watch(self, number: str, after: int | None = None) -> Iterator[Event]:
        """A job's events, until the service ends the stream."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
        self.opened.append(connection)
        connection.request("GET", f"/jobs/{number}/events", headers={} if after is None else {"Last-Event-ID": str(after)})
        answer = connection.getresponse()
        assert answer.status in (200, 204), answer.read()
        return events_of(answer)

    def first(self, number: str, kind: str) -> Event:
        """The first event of a kind."""
        return next(event for event in self.watch(number) if event.kind == kind)

    def ended(self, number: str) -> dict[str, Any]:
        """A job once it is over."""
        return wait_for(lambda: (job := self.job(number))["state"] in OVER and job, f"{number} to end")

    def children(self) -> list[int]:
        """The process IDs of the service's children."""
        threads = Path(f"/proc/{self.pid}/task").iterdir()
        return [int(child) for thread in threads for child in (thread / "children").read_text().split()]


def events_of(answer: http.client.HTTPResponse) -> Iterator[Event]:
    """Read server-sent events as they come."""
    fields: dict[str, str] = {}
    for line in answer:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name:
            fields[name] = value
        elif "data" in fields:
            yield Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}


def fitting(serving: Serving) -> int:
    """The process ID of the fit that runs: the child that takes most memory."""
    sizes = {pid: int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in serving.children()}
    return max(sizes, key=sizes.get)


def kill(pid: int) -> None:
    """As `kill -9` does."""
    os.kill(pid, signal.SIGKILL)
