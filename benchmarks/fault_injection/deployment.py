"""A server in a folder of its own, which faults may stop, start again and damage."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.harness.process_tree import children
from benchmarks.harness.request import Request, Response, fetch
from benchmarks.harness.server_process import ROOT, ServerNotStarted, free_port, inkling_command, inkling_environment

FEEDBACK = Request("feedback", "POST", "/feedback?label=7", b'{"strokes":[[[0,0],[9,9]]]}', "application/json")

START_SECONDS = 60
WORKERS = 2


class Deployment:
    """models, store: its files. port: stays the same over restarts."""

    def __init__(self, folder: Path, model: Path):
        self.folder, self.models, self.store = folder, folder / "models", folder / "data" / "store.db"
        self.models.mkdir(parents=True)
        self.store.parent.mkdir()
        shutil.copy(model, self.models / "digits.onnx")
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str, open_files: int | None = None) -> float:
        """Start the server; return the seconds until it was ready. Raises ServerNotStarted."""
        environment = os.environ | inkling_environment(self.folder, self.models) | {"INKLING_STORE": f"sqlite:///{self.store}"}
        command = [*inkling_command(WORKERS)(self.port), *options]
        if open_files:
            command = ["sh", "-c", f'ulimit -n {open_files}; exec "$@"', "sh", *command]
        started = time.monotonic()
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        while self.get("/health/ready").status != 200:
            if time.monotonic() - started > START_SECONDS or self.process.poll() is not None:
                log_text = (self.folder / "log").read_text("utf-8")
                raise ServerNotStarted(f"The server did not become ready. The end of its log:\n{log_text[-2000:]}")
            time.sleep(0.02)
        return time.monotonic() - started

    @property
    def pid(self) -> int:
        """Of the arbiter."""
        if self.process is None:
            raise ServerNotStarted("The server has not been started.")
        return self.process.pid

    def workers(self) -> list[int]:
        """Process IDs of the workers."""
        return children(self.pid)

    def send(self, number: int) -> None:
        """Send a signal to the arbiter and wait for its end."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(START_SECONDS)

    def restart(self) -> float:
        """Stop and start; return the seconds until it was ready."""
        self.send(signal.SIGTERM)
        return self.start()

    def get(self, path: str) -> Response:
        """GET over a new connection."""
        return fetch(self.port, Request(path, "GET", path), timeout=30)

    def add_feedback(self) -> Response:
        """Store a drawing: a request that needs the database."""
        return fetch(
            self.port, Request("", "POST", "/feedback?label=7", b'{"strokes":[[[0,0],[9,9]]]}', "application/json"), 30
        )

    def wait_for_workers(self) -> None:
        """Wait until all workers run."""
        until = time.monotonic() + START_SECONDS
        while len(self.workers()) < WORKERS and time.monotonic() < until:
            time.sleep(0.05)


@contextmanager
def deployed(folder: Path, model: Path) -> Iterator[Deployment]:
    """A deployment that is stopped at the end."""
    deployment = Deployment(folder, model)
    try:
        yield deployment
    finally:
        if deployment.process is not None and deployment.process.poll() is None:
            deployment.process.terminate()
            deployment.process.wait(START_SECONDS)
