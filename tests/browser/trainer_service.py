"""TrainerService: a real `trainer serve` that can be stopped and started again, and a server connected to it."""

import json
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.browser.service import Service

TIMEOUT = 150
"""Seconds that a run may take on a machine that is busy with other tests: TensorFlow alone takes half a minute to load."""

SMALL_RUN = {"recipe": "tfjs", "data": ["digits"], "batch_size": 64, "epochs": 3, "learning_rate": 0.01}
"""Settings of a run that takes a second or two, once its process has started."""

END_STATES = ("finished", "stopped", "failed", "interrupted")


class TrainerService(Service):
    """A trainer. server: a server that loads what the trainer publishes, and whose page may send requests to it.

    Runs and lessons are stored in the folder; `address` stays the same over restarts. data: a folder of datasets.
    """

    def __init__(self, models: Path, folder: Path, data: str = ""):
        super().__init__(models, folder, INKLING_DATA=data)  # without a folder, the same datasets on every machine
        (folder / "page").mkdir()
        self.server = ConnectedServer(models, folder / "page", self.address)

    def __enter__(self) -> "TrainerService":
        self.server.start()
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        self.server.stop()

    def command(self) -> list[str]:
        """The command that starts the trainer."""
        program = str(Path(sys.executable).with_name("trainer"))
        folders = ["--models", str(self.models), "--runs", str(self.folder / "runs")]
        options = ["--store", f"sqlite:///{self.folder / 'trainer.sqlite'}", "--cors-origin", self.server.address]
        return [program, "serve", "--port", str(self.port), *folders, *options]

    def fetch(self, path: str, body: dict[str, Any] | None = None, method: str | None = None) -> dict[str, Any]:
        """Send one request, by default POST if there is a body, and return the JSON of the response."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.address + path, data, {"Content-Type": "application/json"} if data else {}, method=method
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            return json.load(response)

    def train(self, **settings: Any) -> dict[str, Any]:
        """Run the small run, with some settings replaced, and return its job when it has ended."""
        job_id = self.fetch("/jobs", SMALL_RUN | settings)["id"]
        deadline = time.monotonic() + TIMEOUT
        while (job := self.fetch(f"/jobs/{job_id}"))["state"] not in END_STATES:
            if time.monotonic() > deadline:
                raise TimeoutError(f"The run did not end within {TIMEOUT} s. Log: {self.log()[-2000:]}")
            time.sleep(0.1)
        return job


class ConnectedServer(Service):
    """A server whose page knows the address of a trainer."""

    def __init__(self, models: Path, folder: Path, trainer: str):
        super().__init__(models, folder)
        self.trainer = trainer

    def command(self) -> list[str]:
        """The command of any server, with the trainer's address."""
        return [*super().command(), "--trainer", self.trainer]
