"""Trainer: the service in a folder of its own, as a client sees it."""

import http.client
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.harness.load import LoadFailed
from benchmarks.harness.request import HOST
from benchmarks.harness.server_process import READY, ROOT, running_server

PATIENCE = 120
LOOK = 0.2
OVER = ("finished", "stopped", "failed", "interrupted")
PROGRAM = str(Path(sys.executable).with_name("trainer"))


@dataclass(frozen=True)
class Trainer:
    """The service at a port. models: the folder that it publishes into."""

    port: int
    pid: int
    models: Path

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What one request over a connection of its own gives. Raises LoadFailed where that is an error."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            return send(connection, method, path, body)
        finally:
            connection.close()

    def submit(self, settings: dict[str, Any]) -> str:
        """Queue a fit: the job's ID."""
        return self.ask("POST", "/jobs", settings)["id"]

    def ended(self, number: str) -> None:
        """Wait until a job is over. Raises LoadFailed where it failed."""
        job = self._once(lambda: (job := self.ask("GET", f"/jobs/{number}"))["state"] in OVER and job, f"{number} to end")
        if job["state"] == "failed":
            raise LoadFailed(f"Expected a job that is finished. Received: {job['reason']}")

    def warmed(self) -> None:
        """Wait until a process is warm."""
        self._once(lambda: self.ask("GET", "/health/ready")["warm"], "a warm process")

    def events(self, number: str) -> Iterator[dict[str, Any]]:
        """A job's events, as they come, until it is over."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            connection.request("GET", f"/jobs/{number}/events")
            for line in connection.getresponse():
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])
        finally:
            connection.close()

    def _once(self, condition: Any, what: str) -> Any:
        until = time.monotonic() + PATIENCE
        while not (value := condition()):
            if time.monotonic() > until:
                raise LoadFailed(f"Expected {what} within {PATIENCE} s. Received nothing yet.")
            time.sleep(LOOK)
        return value


def send(connection: http.client.HTTPConnection, method: str, path: str, body: Any = None) -> Any:
    """One request over a connection that may stay open. Raises LoadFailed where the answer is an error."""
    text = None if body is None else json.dumps(body)
    connection.request(method, path, text, {"Content-Type": "application/json"} if text else {})
    answer = connection.getresponse()
    told = answer.read()
    if answer.status >= 400:
        raise LoadFailed(f"Expected {method} {path} to be answered. Received {answer.status}: {told[:200].decode()}")
    return json.loads(told)


@contextmanager
def training(folder: Path, warm: int) -> Iterator[Trainer]:
    """Start the service with so many warm processes, and stop it in the end. Raises NotStarted."""
    models = folder / "models"
    models.mkdir(parents=True, exist_ok=True)
    settings = {
        "PYTHONPATH": str(ROOT),
        "INKLING_MODELS": str(models),
        "INKLING_STORE": f"sqlite:///{folder / 'trainer.db'}",
        "INKLING_TRAINER_RUNS": str(folder / "runs"),
        "INKLING_TRAINER_WARM": str(warm),
    }
    settings |= {name: os.environ[name] for name in ("INKLING_DATA",) if name in os.environ}
    with running_server(lambda port: [PROGRAM, "serve", "--port", str(port)], READY, folder, settings, ROOT) as served:
        yield Trainer(served.port, served.pid, models)
