"""The WSGI servers that are compared; those that are not installed are reported as missing."""

import sys
from dataclasses import dataclass

from benchmarks.harness.machine import installed_version
from benchmarks.harness.request import HOST
from benchmarks.harness.server_process import Command, inkling_command

APP = "benchmarks.wsgi_app"
THREADS = 4
"""Threads of each server with a configurable number of threads."""

GRANIAN = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", str(THREADS), "--log-level", "warning", "--factory"]
WAITRESS = [f"--threads={THREADS}", "--connection-limit=1000", "--channel-timeout=10", "--call"]


@dataclass(frozen=True)
class WsgiServerCommand:
    """name: as in the tables. package: the one whose version is reported. command: starts the server with one process."""

    name: str
    package: str
    command: Command

    @property
    def version(self) -> str | None:
        """The package's version; None if it is not installed."""
        return installed_version(self.package)


def granian(port: int) -> list[str]:
    """granian, in Rust."""
    return [sys.executable, "-m", "granian", "--host", HOST, "--port", str(port), *GRANIAN, f"{APP}:make_app"]


def gunicorn(worker_class: str, *more: str) -> Command:
    """gunicorn with one of its own worker classes; it calls the factory itself."""
    options = ["--workers", "1", "--worker-class", worker_class, "--log-level", "warning", "--no-control-socket", *more]
    return lambda port: [sys.executable, "-m", "gunicorn", "--bind", f"{HOST}:{port}", *options, f"{APP}:make_app()"]


def waitress(port: int) -> list[str]:
    """waitress without our subclass."""
    return [sys.executable, "-m", "waitress", f"--listen={HOST}:{port}", *WAITRESS, f"{APP}:make_app"]


SERVERS = [
    WsgiServerCommand("Inkling: gunicorn arbiter, waitress worker", "inkling", inkling_command(workers=1)),
    WsgiServerCommand(f"granian, {THREADS} threads", "granian", granian),
    WsgiServerCommand(f"gunicorn gthread, {THREADS} threads", "gunicorn", gunicorn("gthread", "--threads", str(THREADS))),
    WsgiServerCommand("gunicorn sync", "gunicorn", gunicorn("sync")),
    WsgiServerCommand(f"waitress, {THREADS} threads", "waitress", waitress),
]
"""Inkling first; the tables report the others relative to it."""
