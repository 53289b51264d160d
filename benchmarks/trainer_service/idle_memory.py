"""Idle memory: resident memory of the service process, which does not load TensorFlow."""

from benchmarks.harness.process_memory import MEGABYTE, interpreter_memory, process_memory
from benchmarks.harness.report_section import Table, format_ratio, target_note
from benchmarks.trainer_service.trainer_client import TrainerClient

TARGET_MB = 80
BASELINE = "import flask, sqlalchemy, waitress"
PATHS = ("/health/ready", "/jobs", "/lessons")


def service_memory(trainer: TrainerClient) -> int:
    """Resident bytes of the service process after a few requests."""
    for path in PATHS:
        trainer.request("GET", path)
    return process_memory(trainer.pid).rss


def memory_table(memory: dict[str, int]) -> Table:
    """memory: resident bytes by state."""
    baseline = interpreter_memory(BASELINE).rss
    states = memory | {"baseline: a process that imports Flask, SQLAlchemy and waitress": baseline}
    rows = [(state, f"{rss / MEGABYTE:.1f}", format_ratio(rss, baseline)) for state, rss in states.items()]
    return Table(("state", "RSS, MB", "ratio"), rows, "Memory of the service process, without its workers")


def memory_note(memory: dict[str, int]) -> str:
    """Whether the service stays below the target."""
    idle = memory["idle"] / MEGABYTE
    return target_note(idle < TARGET_MB, f"under {TARGET_MB} MB resident while idle", f"{idle:.0f} MB")
