"""Runs `server run` on a free port; it can be stopped and started again."""

import logging
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

LOGGER = logging.getLogger(__name__)
START_TIMEOUT = 30
"""Seconds. A start takes one or two, longer on a busy machine."""


class Service:
    """A server with a folder of models. Its address is the same after a restart.

    environment: additional environment variables.
    """

    def __init__(self, models: Path, folder: Path, **environment: str):
        self.models = models
        self.environment = environment
        self.folder = folder
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.port = unused.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Service":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        if any(error):
            LOGGER.warning("server log: %s", self.log()[-4000:])

    def start(self) -> None:
        """Start the server and wait until it is ready. Raises RuntimeError with its log."""
        with (self.folder / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=subprocess.DEVNULL, stderr=log, env=os.environ | self.environment
            )
        deadline = time.monotonic() + START_TIMEOUT
        while not self._ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"The server did not become ready: {self.log()[-2000:]}")
            time.sleep(0.05)

    def command(self) -> list[str]:
        """The command line."""
        command = [str(Path(sys.executable).with_name("server")), "run", "--port", str(self.port), "--workers", "1"]
        return [*command, "--models", str(self.models), "--store", f"sqlite:///{self.folder / 'store.sqlite'}"]

    def stop(self) -> None:
        """Stop the server and wait until it has exited."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def log(self) -> str:
        """The output of the server."""
        return (self.folder / "server.log").read_text()

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/health/ready", timeout=5) as response:
                return response.status == 200
        except (urllib.error.URLError, OSError):
            return False
