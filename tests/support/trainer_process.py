"""A real trainer service: its process, its worker processes and HTTP clients for it."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from tests.support import server_process
from tests.support.openapi.responses import ResponseChecker
from tests.support.server_process import ServerProcess, read_body

COMMAND = (sys.executable, "-c", "from trainer.cli.main import main; main(prog_name='trainer')")

TIMEOUT_SECONDS = 150
"""A fit loads TensorFlow, which takes half a minute on a busy machine."""

SHORT_FIT = {
    "recipe": "tfjs",
    "data": ["digits"],
    "epochs": 2,
    "batch_size": 64,
    "learning_rate": 0.01,
    "augmentation": "random-crop",
}
"""A fit that takes a second or two, once Keras is loaded."""

LONG_FIT = {"recipe": "convnetjs", "data": ["digits"], "epochs": 1000}
"""A fit that does not end during a test."""

ENDED_STATES = ("finished", "stopped", "failed", "interrupted")


def wait_for(condition: Callable[[], object], description: str) -> Any:
    """Poll until the condition is true; return its value."""
    return server_process.wait_for(condition, description, TIMEOUT_SECONDS)


class ServerSentEvent(NamedTuple):
    """An event of a job as a client receives it."""

    number: int
    kind: str
    data: dict[str, Any]


class TrainerProcess(ServerProcess):
    """`trainer serve` on a free port. Use it in a with statement.

    folder: for models, runs, database and log; a later process can continue there. arguments, environment: added to those
    of the command.
    """

    def __init__(self, folder: Path, *arguments: str, **environment: str):
        (folder / "models").mkdir(parents=True, exist_ok=True)
        self.folder, self.models, self.runs = folder, folder / "models", folder / "runs"
        self.store = f"sqlite:///{folder / 'store.db'}"
        command = [*COMMAND, "serve", "--port", "0", "--models", str(self.models), "--runs", str(self.runs)]
        command += ["--store", self.store, *arguments]
        self.log, self.request_log = folder / "log", folder / "requests"
        self.opened = []
        inherited = {name: value for name, value in os.environ.items() if name != "INKLING_DATA"}
        with self.log.open("wb") as log, self.request_log.open("wb") as requests:
            self.process = subprocess.Popen(
                command, stdout=requests, stderr=log, env=inherited | environment, start_new_session=True
            )
        self.pid = self.process.pid

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> http.client.HTTPResponse:
        """Send one request over a new connection. `.body` of the response is its content, parsed if it is JSON.

        Raises AssertionError if the OpenAPI document does not describe the response.
        """
        response = self._request(method, path, body, **headers)
        media_type = response.headers.get_content_type()
        self.openapi.check(method, path.partition("?")[0], response.status, media_type, response.body)
        return response

    @cached_property
    def openapi(self) -> ResponseChecker:
        """Checks responses against the service's own description."""
        return ResponseChecker(self._request("GET", "/openapi.json").body)

    def _request(self, method: str, path: str, body: Any = None, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_SECONDS)
        self.opened.append(connection)
        data = body if body is None or isinstance(body, bytes) else json.dumps(body)
        connection.request(method, path, data, {name.replace("_", "-"): value for name, value in headers.items()})
        return read_body(connection.getresponse())

    def submit(self, **settings: Any) -> str:
        """Queue a fit; return the job's ID."""
        response = self.request("POST", "/jobs", settings)
        assert response.status == 202, response.body
        assert response.headers["Location"] == f"/jobs/{response.body['id']}"
        return response.body["id"]

    def get_job(self, job_id: str) -> dict[str, Any]:
        """GET a job."""
        return self.request("GET", f"/jobs/{job_id}").body

    def update_job(self, job_id: str, **changes: Any) -> http.client.HTTPResponse:
        """PATCH a job."""
        return self.request("PATCH", f"/jobs/{job_id}", changes)

    def stream_events(self, job_id: str, after: int | None = None) -> Iterator[ServerSentEvent]:
        """The events of a job, until the service ends the stream."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_SECONDS)
        self.opened.append(connection)
        connection.request("GET", f"/jobs/{job_id}/events", headers={} if after is None else {"Last-Event-ID": str(after)})
        response = connection.getresponse()
        assert response.status in (200, 204), response.read()
        return parse_events(response)

    def wait_for_event(self, job_id: str, kind: str) -> ServerSentEvent:
        """Wait for the first event of a kind."""
        return next(event for event in self.stream_events(job_id) if event.kind == kind)

    def wait_for_end(self, job_id: str) -> dict[str, Any]:
        """Wait until a job has ended; return it."""
        return wait_for(lambda: (job := self.get_job(job_id))["state"] in ENDED_STATES and job, f"{job_id} to end")

    def stop_job(self, job_id: str) -> dict[str, Any]:
        """Stop a job and wait for its end; return it."""
        self.update_job(job_id, state="stopped")
        return self.wait_for_end(job_id)

    def child_pids(self) -> list[int]:
        """The process IDs of the worker processes."""
        threads = Path(f"/proc/{self.pid}/task").iterdir()
        return [int(child) for thread in threads for child in (thread / "children").read_text().split()]


def parse_events(response: http.client.HTTPResponse) -> Iterator[ServerSentEvent]:
    """Parse server-sent events as they arrive."""
    fields: dict[str, str] = {}
    for line in response:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name:
            fields[name] = value
        elif "data" in fields:
            yield ServerSentEvent(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}


def fit_pid(service: TrainerProcess) -> int:
    """The process ID of the running fit: the child with the most memory."""
    sizes = {pid: int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in service.child_pids()}
    return max(sizes, key=lambda pid: sizes[pid])


def kill(pid: int) -> None:
    """Kill a process with SIGKILL."""
    os.kill(pid, signal.SIGKILL)
