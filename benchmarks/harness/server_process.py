"""Server processes: started for a benchmark in a temporary folder, stopped afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness.cpu_affinity import pinned_to
from benchmarks.harness.process_tree import descendants, kill_tree
from benchmarks.harness.request import HOST, Request, fetch

ROOT = Path(__file__).parents[2]
START_SECONDS = 90
STOP_SECONDS = 3
READY = Request("ready", "GET", "/health/ready")
Command = Callable[[int], list[str]]
"""Port -> the command that serves there."""


class ServerNotStarted(Exception):
    """A server did not become ready."""


@dataclass(frozen=True)
class ServerProcess:
    """A running server. pid: of the parent process. startup_seconds: from its start to the first 200 of /health/ready."""

    port: int
    pid: int
    startup_seconds: float


def inkling_command(workers: int) -> Command:
    """The command that starts our server."""
    program = str(Path(sys.executable).with_name("server"))
    return lambda port: [program, "run", "--port", str(port), "--workers", str(workers)]


@contextmanager
def running_inkling(command: Command, model: Path, cores: set[int] | None = None, root: Path = ROOT) -> Iterator[ServerProcess]:
    """Start our app with one model and an empty store, pinned to `cores`. Raises ServerNotStarted.

    root: the source tree to serve.
    """
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
        folder = Path(name)
        models = folder / "models"
        models.mkdir()
        shutil.copy(model, models / "digits.onnx")
        with running_server(command, READY, folder, inkling_environment(folder, models, root), root, cores) as server:
            yield server


@contextmanager
def running_server(
    command: Command, ready: Request, folder: Path, environment: dict[str, str], cwd: Path, cores: set[int] | None = None
) -> Iterator[ServerProcess]:
    """Start a server and wait until it responds to `ready` with 200; stop it at the end. Raises ServerNotStarted.

    folder: for its log. environment: added to this process's own, from which variables that configure a server are removed.
    """
    port = free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith(("INKLING_", "GUNICORN_", "GRANIAN_"))}
    with (folder / "log").open("wb") as log, pinned_to(cores):
        started = time.perf_counter()
        process = subprocess.Popen(
            command(port), cwd=cwd, env=own | environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_until_ready(process, port, ready, folder / "log")
        yield ServerProcess(port, process.pid, time.perf_counter() - started)
    finally:
        _stop(process)


def inkling_environment(folder: Path, models: Path, root: Path = ROOT) -> dict[str, str]:
    """Environment of our server: its source tree, model repository, database and metrics folder, the last two in `folder`."""
    (folder / "metrics").mkdir(exist_ok=True)
    return {
        "PYTHONPATH": str(root),
        "INKLING_MODELS": str(models),
        "INKLING_STORE": f"sqlite:///{folder / 'store.db'}",
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
    }


def free_port() -> int:
    """A port on which nothing listens at the moment."""
    with socket.create_server((HOST, 0)) as listener:
        return listener.getsockname()[1]


def _wait_until_ready(process: subprocess.Popen, port: int, ready: Request, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if fetch(port, ready, 5).status == 200:
            return
        time.sleep(0.005)
    raise ServerNotStarted(f"The server did not become ready. The end of its log:\n{log.read_text('utf-8')[-2000:]}")


def _stop(process: subprocess.Popen) -> None:
    """Ask the server and its descendants to exit; kill those that do not."""
    members = descendants(process.pid)
    with suppress(ProcessLookupError):  # all have ended
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    kill_tree(process.pid, members)
    process.wait()
