"""Begin: seconds from POST /jobs to the first batch event, with a process that is warm and without."""

import subprocess
import sys
import time
from typing import Any

from benchmarks.harness.report_section import Table, format_ratio, target_note
from benchmarks.harness.timing import Samples
from benchmarks.trainer_service.trainer_client import Trainer

TARGET_SECONDS = 2
WARM = "warm"
NEW_SEED = "warm, seed never drawn for"
IMPORTS = "import keras"


def first_batch(trainer: Trainer, settings: dict[str, Any]) -> float:
    """Submit a fit, hear its first step, and stop it."""
    began = time.perf_counter()
    number = trainer.submit(settings)
    for event in trainer.events(number):
        if event["event"] == "batch":
            seconds = time.perf_counter() - began
            break
    trainer.ask("PATCH", f"/jobs/{number}", {"state": "stopped"})
    trainer.ended(number)
    return seconds


def bare_import() -> float:
    """Seconds that an interpreter takes to import Keras and end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True, capture_output=True)
    return time.perf_counter() - began


def begin_table(found: dict[tuple[str, str], list[float]], bare: list[float]) -> Table:
    """found: seconds by settings and kind of process."""
    limit = Samples.of(bare)
    rows = []
    for (settings, process), seconds in found.items():
        took = Samples.of(seconds)
        rows.append((settings, process, str(took), str(limit), format_ratio(took.median, limit.median)))
    columns = ("job", "process", "to the first batch, s", f"`python -c '{IMPORTS}'`, s", "ours / bare")
    return Table(columns, rows, "From POST /jobs to the first batch event")


def begin_verdict(found: dict[tuple[str, str], list[float]]) -> str:
    """Whether a warm process begins in time."""
    worst = max(Samples.of(seconds).median for (_, process), seconds in found.items() if process == WARM)
    return target_note(worst < TARGET_SECONDS, f"{worst:.2f} s to the first batch event of a warm process. Target: under 2 s")
