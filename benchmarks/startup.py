"""startup: seconds from the start of the server process until it is ready."""

import subprocess
import sys

from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, Table, format_ratio, target_note
from benchmarks.harness.server_process import inkling_command, running_inkling
from benchmarks.harness.timing import Samples, format_number, seconds_of

TARGET_SECONDS = 1.5
IMPORTS = "import onnxruntime, flask, numpy"


def measure(options: Options) -> Section:
    """Start the server and a bare interpreter, interleaved."""
    ready: dict[int, list[float]] = {1: [], 2: []}
    imports = []
    for _ in range(options.pick(9, 1)):
        for workers, seconds in ready.items():
            with running_inkling(inkling_command(workers), options.model) as server:
                seconds.append(server.startup_seconds)
        imports.append(seconds_of(lambda: subprocess.run([sys.executable, "-c", IMPORTS], check=True)))
    baseline = Samples.of(imports)
    rows, medians = [], []
    for workers, seconds in ready.items():
        took = Samples.of(seconds)
        medians.append(took.median)
        name = f"{workers} worker{'s' * (workers > 1)}"
        rows.append((name, str(took), str(baseline), format_ratio(took.median, baseline.median)))
    return Section(
        "Startup",
        "Seconds from the start of `server run` to the first 200 of `/health/ready`, which is sent once the model has made a "
        f"prediction, next to `python -c '{IMPORTS}'`.",
        [Table(("server", "ready, s", "imports only, s", "ratio"), rows)],
        [target_note(max(medians) < TARGET_SECONDS, f"ready in under {TARGET_SECONDS} s", f"{format_number(max(medians))} s")],
        ("inkling", "flask", "gunicorn", "numpy", "onnxruntime"),
    )
