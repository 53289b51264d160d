"""The trainer service, started in a temporary folder, and a client for it."""

import http.client
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.harness.load import LoadFailed
from benchmarks.harness.request import HOST
from benchmarks.harness.server_process import READY, ROOT, running_server

TIMEOUT_SECONDS = 120
POLL_SECONDS = 0.2
FINAL_STATES = ("finished", "stopped", "failed", "interrupted")
PROGRAM = str(Path(sys.executable).with_name("trainer"))


@dataclass(frozen=True)
class TrainerClient:
    """A client of the service. pid: of the service process. models: the folder into which it publishes."""

    port: int
    pid: int
    models: Path

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """Send one request over a new connection. Raises LoadFailed if the response is an error."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT_SECONDS)
        try:
            return send_json(connection, method, path, body)
        finally:
            connection.close()

    def submit(self, settings: dict[str, Any]) -> str:
        """Queue a job; returns its ID."""
        return self.request("POST", "/jobs", settings)["id"]

    def wait_until_over(self, job: str) -> None:
        """Wait for a job to end. Raises LoadFailed if it failed."""
        over = self._poll(lambda: (state := self.request("GET", f"/jobs/{job}"))["state"] in FINAL_STATES and state, "job")
        if over["state"] == "failed":
            raise LoadFailed(f"Job {job} failed: {over['reason']}")

    def wait_until_warm(self) -> None:
        """Wait for a warm worker."""
        self._poll(lambda: self.request("GET", "/health/ready")["warm"], "warm worker")

    def events(self, job: str) -> Iterator[dict[str, Any]]:
        """A job's events as they arrive, until it ends."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("GET", f"/jobs/{job}/events")
            for line in connection.getresponse():
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])
        finally:
            connection.close()

    def _poll(self, condition: Callable[[], Any], what: str) -> Any:
        until = time.monotonic() + TIMEOUT_SECONDS
        while not (value := condition()):
            if time.monotonic() > until:
                raise LoadFailed(f"Timed out after {TIMEOUT_SECONDS} s: {what} not ready.")
            time.sleep(POLL_SECONDS)
        return value


def send_json(connection: http.client.HTTPConnection, method: str, path: str, body: Any = None) -> Any:
    """Send one request over a connection that may stay open. Raises LoadFailed if the response is an error."""
    text = None if body is None else json.dumps(body)
    connection.request(method, path, text, {"Content-Type": "application/json"} if text else {})
    response = connection.getresponse()
    content = response.read()
    if response.status >= 400:
        raise LoadFailed(f"{method} {path} responded with status {response.status}: {content[:200].decode()}")
    return json.loads(content)


@contextmanager
def running_trainer(folder: Path, warm_workers: int) -> Iterator[TrainerClient]:
    """Start the service in a new folder. Raises ServerNotStarted."""
    models = folder / "models"
    models.mkdir(parents=True)
    environment = {
        "PYTHONPATH": str(ROOT),
        "INKLING_MODELS": str(models),
        "INKLING_STORE": f"sqlite:///{folder / 'trainer.db'}",
        "INKLING_TRAINER_RUNS": str(folder / "runs"),
    }
    environment |= {name: os.environ[name] for name in ("INKLING_DATA",) if name in os.environ}
    options = ["--warm-workers", str(warm_workers), "--port"]
    with running_server(lambda port: [PROGRAM, "serve", *options, str(port)], READY, folder, environment, ROOT) as server:
        yield TrainerClient(server.port, server.pid, models)
