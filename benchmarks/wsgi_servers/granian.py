"""granian, in Rust."""

import sys

from benchmarks.harness.request import HOST
from benchmarks.wsgi_servers.wsgi_server import APP, THREADS, Server

OPTIONS = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", str(THREADS), "--log-level", "warning", "--factory"]

SERVERS = [
    Server(
        f"granian, {THREADS} threads",
        "granian",
        lambda port: [sys.executable, "-m", "granian", "--host", HOST, "--port", str(port), *OPTIONS, f"{APP}:make"],
    )
]
