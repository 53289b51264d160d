"""waitress as it comes."""

import sys

from benchmarks.harness.request import HOST
from benchmarks.wsgi_servers.wsgi_server import APP, THREADS, Server

SERVERS = [
    Server(
        f"waitress alone, {THREADS} threads",
        "waitress",
        lambda port: [
            *[sys.executable, "-m", "waitress", f"--listen={HOST}:{port}", f"--threads={THREADS}"],
            *["--connection-limit=1000", "--channel-timeout=10", "--call", f"{APP}:make"],
        ],
    )
]
