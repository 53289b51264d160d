"""Resting: what the service itself holds while nothing is to be done. No TensorFlow is in it."""

import subprocess
import sys

from benchmarks.harness.report_section import Table, format_ratio, target_note
from benchmarks.memory import MEGA, sizes
from benchmarks.trainer_service.trainer_client import Trainer

TARGET = 80
BARE = "import sys, flask, sqlalchemy, waitress; print(flush=True); sys.stdin.read()"
REQUESTS = ("/health/ready", "/jobs", "/lessons")


def at_rest(trainer: Trainer) -> int:
    """Resident bytes of the service, once it has answered a little."""
    for path in REQUESTS:
        trainer.ask("GET", path)
    return sizes(trainer.pid)[0]


def bare_process() -> int:
    """Resident bytes of an interpreter that imports Flask, SQLAlchemy and waitress."""
    with subprocess.Popen([sys.executable, "-c", BARE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        resident = sizes(process.pid)[0]
        process.stdin.close()
    return resident


def memory_table(found: dict[str, int], limit: int) -> Table:
    """found: resident bytes, by when."""
    rows = [(when, f"{size / MEGA:.1f}", format_ratio(size, limit)) for when, size in found.items()]
    rows.append(("limit: a process that imports Flask, SQLAlchemy and waitress", f"{limit / MEGA:.1f}", "1.00"))
    return Table(("the service", "RSS, MB", "of the limit"), rows, "Memory of the service, without its children")


def memory_verdict(found: dict[str, int]) -> str:
    """Whether it is small enough."""
    idle = next(iter(found.values())) / MEGA
    return target_note(idle < TARGET, f"{idle:.0f} MB resident while idle. Target: under {TARGET} MB")
