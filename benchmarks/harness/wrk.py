"""Load generator wrk: written in C, so it takes little CPU from the server under test."""

import json
import math
import subprocess
import tempfile
from pathlib import Path

from benchmarks.harness.cpu_affinity import pinned_to
from benchmarks.harness.load_result import LoadResult
from benchmarks.harness.request import HOST, Request

SCRIPT = Path(__file__).with_name("wrk.lua")


def run(port: int, request: Request, connections: int, seconds: float, cores: set[int] | None = None) -> LoadResult:
    """Load a server for a whole number of seconds, at least one."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(request.body)
        file.flush()
        duration = f"{math.ceil(seconds)}s"
        options = ["--threads", "1", "--connections", str(connections), "--duration", duration, "--timeout", "10s"]
        script = ["--script", str(SCRIPT), f"http://{HOST}:{port}{request.path}", "--"]
        arguments = [request.method, request.path, request.media_type or "-", file.name if request.body else "-"]
        with pinned_to(cores):
            done = subprocess.run(["wrk", *options, *script, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:  # the server does not listen any more
        return LoadResult(0, connections, seconds, 0.0, 0.0)
    return LoadResult(**json.loads(done.stdout.splitlines()[-1]))
