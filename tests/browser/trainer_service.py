"""TrainerService: a real `trainer serve`, that can be stopped and started again, and a server whose page knows it."""

import json
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.browser.service import Service

PATIENCE = 150
"""Seconds that a run may take on a machine that is busy with other tests: TensorFlow alone takes half a minute there."""

SMALL = {"recipe": "tfjs", "data": ["digits"], "batch_size": 64, "epochs": 3, "learning_rate": 0.01}
"""A run that takes a second or two, once its process has begun."""

OVER = ("finished", "stopped", "failed", "interrupted")


class TrainerService(Service):
    """One trainer. `page`: the server beside it, which serves what it publishes, and whose page may use it.

    What it keeps lies in the folder; `address` stays the same over restarts.
    """

    def __init__(self, models: Path, folder: Path):
        super().__init__(models, folder, INKLING_DATA="")  # so that it offers the same data everywhere
        (folder / "page").mkdir()
        self.page = PageBesideTrainer(models, folder / "page", self.address)

    def __enter__(self) -> "TrainerService":
        self.page.start()
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        self.page.stop()

    def command(self) -> list[str]:
        """What starts it."""
        program = str(Path(sys.executable).with_name("trainer"))
        folders = ["--models", str(self.models), "--runs", str(self.folder / "runs")]
        places = ["--store", f"sqlite:///{self.folder / 'trainer.sqlite'}", "--cors-origin", self.page.address]
        return [program, "serve", "--port", str(self.port), *folders, *places]

    def ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One request; the answer's JSON."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"} if data else {})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def train(self, **settings: Any) -> dict[str, Any]:
        """A job that is over: the small one, with some settings in place of its own."""
        number = self.ask("/jobs", SMALL | settings)["id"]
        deadline = time.monotonic() + PATIENCE
        while (job := self.ask(f"/jobs/{number}"))["state"] not in OVER:
            if time.monotonic() > deadline:
                raise RuntimeError(f"Expected a run to end within {PATIENCE} s. Received: {self.log()[-2000:]}")
            time.sleep(0.1)
        return job


class PageBesideTrainer(Service):
    """A server whose page knows a trainer."""

    def __init__(self, models: Path, folder: Path, trainer: str):
        super().__init__(models, folder)
        self.trainer = trainer

    def command(self) -> list[str]:
        """As any server's, with the trainer's address."""
        return [*super().command(), "--trainer", self.trainer]
