"""gunicorn with its own workers."""

import sys

from benchmarks.harness.request import HOST
from benchmarks.harness.server_process import Command
from benchmarks.wsgi_servers.wsgi_server import APP, THREADS, Server


def command(kind: str, *more: str) -> Command:
    """One worker of a kind. gunicorn calls the factory itself."""
    options = ["--workers", "1", "--worker-class", kind, "--log-level", "warning", "--no-control-socket", *more]
    return lambda port: [sys.executable, "-m", "gunicorn", "--bind", f"{HOST}:{port}", *options, f"{APP}:make()"]


SERVERS = [
    Server(f"gunicorn gthread, {THREADS} threads", "gunicorn", command("gthread", "--threads", str(THREADS))),
    Server("gunicorn sync", "gunicorn", command("sync")),
]
