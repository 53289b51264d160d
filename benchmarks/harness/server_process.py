"""Served: a server that is started for a benchmark, in a folder of its own, and stopped after it."""

import http.client
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

from benchmarks.harness.cpu_affinity import on
from benchmarks.harness.process_tree import descendants, kill
from benchmarks.harness.request import HOST, Request

ROOT = Path(__file__).parents[2]
START_SECONDS = 90
STOP_SECONDS = 3
READY = Request("ready", "GET", "/health/ready")
Command = Callable[[int], list[str]]


class NotStarted(Exception):
    """A server did not come up."""


@dataclass(frozen=True)
class Served:
    """A server that answers. pid: of the process that was started. seconds: from then to the first 200 of /health/ready."""

    port: int
    pid: int
    seconds: float


def ours(workers: int) -> Command:
    """The command that starts our server."""
    program = str(Path(sys.executable).with_name("server"))
    return lambda port: [program, "run", "--port", str(port), "--workers", str(workers)]


@contextmanager
def serving(command: Command, model: Path, cores: set[int] | None = None) -> Iterator[Served]:
    """Start a server with one model and a store of its own, on some cores, and stop it in the end. Raises NotStarted."""
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
        folder = Path(name)
        (folder / "models").mkdir()
        (folder / "counts").mkdir()
        shutil.copy(model, folder / "models" / "digits.onnx")
        with started(command, READY, folder, _settings(folder), ROOT, cores) as served:
            yield served


@contextmanager
def started(
    command: Command, ready: Request, folder: Path, settings: dict[str, str], place: Path, cores: set[int] | None = None
) -> Iterator[Served]:
    """Start a server in a place, on some cores; wait until it answers `ready` with 200; stop it in the end. Raises NotStarted.

    folder: for its log. settings: its environment, beside the user's own without what would set up a server.
    """
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("INKLING_", "GUNICORN_", "GRANIAN_"))}
    with (folder / "log").open("wb") as log, on(cores):
        began = time.perf_counter()
        process = subprocess.Popen(
            command(port), cwd=place, env=kept | settings, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_until_ready(process, port, ready, folder / "log")
        yield Served(port, process.pid, time.perf_counter() - began)
    finally:
        _stop(process)


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.create_server((HOST, 0)) as listening:
        return listening.getsockname()[1]


def status(port: int, request: Request, seconds: float = 5) -> int:
    """The status of the answer over a new connection; 0 where there is no answer in time."""
    connection = http.client.HTTPConnection(HOST, port, timeout=seconds)
    try:
        headers = {"Content-Type": request.media_type} if request.body else {}
        connection.request(request.method, request.path, request.body or None, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _settings(folder: Path) -> dict[str, str]:
    """Every server of ours finds the same model, store and folder of counts."""
    return {
        "PYTHONPATH": str(ROOT),
        "INKLING_MODELS": str(folder / "models"),
        "INKLING_STORE": f"sqlite:///{folder / 'store.db'}",
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "counts"),
    }


def _wait_until_ready(process: subprocess.Popen, port: int, ready: Request, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if status(port, ready) == 200:
            return
        time.sleep(0.005)
    raise NotStarted(f"Expected a server that becomes ready. Received none, but:\n{log.read_text('utf-8')[-2000:]}")


def _stop(process: subprocess.Popen) -> None:
    """Ask the server and whatever it started to end; those that are blocked are killed."""
    family = descendants(process.pid)
    with suppress(ProcessLookupError):  # all of them are gone
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    kill(process.pid, family)
    process.wait()
