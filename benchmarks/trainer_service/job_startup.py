"""Job startup: seconds from POST /jobs to the first batch event, with and without a warm worker."""

import subprocess
import sys
import time
from typing import Any

from benchmarks.harness.report_section import Table, format_ratio, target_note
from benchmarks.harness.timing import Samples, format_number, seconds_of
from benchmarks.trainer_service.trainer_client import TrainerClient

TARGET_SECONDS = 2
COLD, WARM, NEW_SEED = "new process", "warm", "warm, new seed"
IMPORTS = "import keras"


def seconds_to_first_batch(trainer: TrainerClient, settings: dict[str, Any]) -> float:
    """Submit a job, wait for its first step, and stop it."""
    started = time.perf_counter()
    job = trainer.submit(settings)
    for event in trainer.events(job):
        if event["event"] == "batch":
            seconds = time.perf_counter() - started
            break
    trainer.request("PATCH", f"/jobs/{job}", {"state": "stopped"})
    trainer.wait_until_over(job)
    return seconds


def time_import() -> float:
    """Seconds of an interpreter that imports Keras and exits."""
    return seconds_of(lambda: subprocess.run([sys.executable, "-c", IMPORTS], check=True, capture_output=True))


def startup_table(seconds: dict[tuple[str, str], list[float]], baseline: float) -> Table:
    """seconds: by job and kind of worker."""
    rows = []
    for (job, worker), values in seconds.items():
        took = Samples.of(values)
        rows.append((job, worker, str(took), format_number(baseline), format_ratio(took.median, baseline)))
    columns = ("job", "worker", "to the first batch, s", f"`python -c '{IMPORTS}'`, s", "ratio")
    return Table(columns, rows, "From `POST /jobs` to the first `batch` event")


def startup_note(seconds: dict[tuple[str, str], list[float]]) -> str:
    """Whether a warm worker starts in time."""
    slowest = max(Samples.of(values).median for (_, worker), values in seconds.items() if worker == WARM)
    return target_note(slowest < TARGET_SECONDS, f"first batch within {TARGET_SECONDS} s on a warm worker", f"{slowest:.2f} s")
