"""start: seconds from the start of the process to the first answer."""

import subprocess
import sys
import time

from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, Table, ratio, verdict
from benchmarks.harness.server_process import ours, serving
from benchmarks.harness.timing import Spread

TARGET_SECONDS = 1.5
IMPORTS = "import onnxruntime, flask, numpy"


def measure(options: Options) -> Section:
    """Start our server and a bare interpreter in turns."""
    ready: dict[int, list[float]] = {1: [], 2: []}
    bare = []
    for _ in range(options.pick(9, 1)):
        for workers, seconds in ready.items():
            with serving(ours(workers), options.model) as served:
                seconds.append(served.seconds)
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", IMPORTS], check=True)
        bare.append(time.perf_counter() - started)
    limit = Spread.of(bare)
    rows = []
    for workers, seconds in ready.items():
        ours_took = Spread.of(seconds)
        name = f"{workers} worker{'s' * (workers > 1)}"
        rows.append((name, str(ours_took), str(limit), ratio(ours_took.median, limit.median)))
    worst = max(Spread.of(seconds).median for seconds in ready.values())
    return Section(
        "Start",
        "Seconds from the start of the process `server run` to the first 200 of `/health/ready`, which comes after the "
        f"model has answered, beside those of `python -c '{IMPORTS}'` alone.",
        [Table(("server", "ready after, s", "bare imports, s", "ready / bare"), rows)],
        [verdict(worst < TARGET_SECONDS, f"Target: ready in under {TARGET_SECONDS} s")],
        ("inkling", "flask", "gunicorn", "numpy", "onnxruntime"),
    )
