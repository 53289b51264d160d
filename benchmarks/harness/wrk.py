"""wrk: a load made by that program, in C, so that it takes little of the machine that it measures."""

import json
import math
import subprocess
import tempfile
from pathlib import Path

from benchmarks.harness.cpu_affinity import on
from benchmarks.harness.load_result import Outcome
from benchmarks.harness.request import HOST, Request

SCRIPT = Path(__file__).with_name("wrk.lua")


def run(port: int, request: Request, connections: int, seconds: float, cores: set[int] | None = None) -> Outcome:
    """Load a server for some whole seconds, at least one."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(request.body)
        file.flush()
        body = file.name if request.body else "-"
        address = f"http://{HOST}:{port}{request.path}"
        duration = f"{math.ceil(seconds)}s"
        options = ["--threads", "1", "--connections", str(connections), "--duration", duration, "--timeout", "10s"]
        words = [request.method, request.path, request.media_type or "-", body]
        with on(cores):
            done = subprocess.run(
                ["wrk", *options, "--script", str(SCRIPT), address, "--", *words], capture_output=True, text=True, check=False
            )
    if done.returncode:  # nobody listens any more
        return Outcome(0, connections, seconds, 0.0, 0.0)
    return Outcome(**json.loads(done.stdout.splitlines()[-1]))
