"""Publishing: from POST /jobs/ID/publish to the first answer of the new model by a real server of the same folder."""

import time
from pathlib import Path

from benchmarks.harness.load import LoadFailed
from benchmarks.harness.report_section import Table, format_ratio, target_note
from benchmarks.harness.server_process import READY, ROOT, inkling_command, running_server
from benchmarks.harness.timing import Samples
from benchmarks.publish import NAME, TARGET_SECONDS, WORKERS, answering
from benchmarks.trainer_service.trainer_client import Trainer
from trainer.export.publish import publish

LONGEST = 30.0

Times = list[tuple[float, float]]


def publishes(trainer: Trainer, job: str, model: Path, folder: Path, count: int) -> Times:
    """Publish a job's model some times: seconds that each took, and from then to the first answer of the new model."""
    publish(model, trainer.models, NAME)
    settings = {
        "PYTHONPATH": str(ROOT),
        "INKLING_MODELS": str(trainer.models),
        "INKLING_STORE": f"sqlite:///{folder / 'server.db'}",
    }
    folder.mkdir()
    with running_server(inkling_command(WORKERS), READY, folder, settings, ROOT) as served:
        return [_publish_once(trainer, job, served.port) for _ in range(count)]


def _publish_once(trainer: Trainer, job: str, port: int) -> tuple[float, float]:
    began = time.perf_counter()
    told = trainer.ask("POST", f"/jobs/{job}/publish", {"name": NAME})
    put = time.perf_counter()
    while told["sha256"] not in answering(port):
        if time.perf_counter() - put > LONGEST:
            raise LoadFailed(f"Expected an answer of the new model within {LONGEST:.0f} s. Received those of the old one.")
    return put - began, time.perf_counter() - put


def publish_table(times: Times) -> Table:
    """What was found."""
    steps = ("POST to its answer: exported, checked, scored, put", "from then to the first answer of the new model")
    rows = []
    for step, seconds in zip(steps, zip(*times, strict=True), strict=True):
        took = Samples.of(seconds)
        rows.append((step, str(took), format_ratio(took.median, TARGET_SECONDS)))
    return Table(("step", "seconds", f"of {TARGET_SECONDS} s"), rows, f"Publishing a job's model to {WORKERS} workers")


def publish_verdict(times: Times) -> str:
    """Whether the new model answers in time."""
    worst = max(first for _, first in times)
    return target_note(worst < TARGET_SECONDS, f"{worst:.2f} s at most to the first answer. Target: under {TARGET_SECONDS} s")
