"""Publishing: from POST /jobs/ID/publish to the first response of the new model by a server on the same model folder."""

import time
from pathlib import Path

from benchmarks.harness.load import LoadFailed
from benchmarks.harness.report_section import Table, format_ratio, target_note
from benchmarks.harness.server_process import READY, ROOT, inkling_command, inkling_environment, running_server
from benchmarks.harness.timing import Samples
from benchmarks.publish import NAME, TARGET_SECONDS, WORKERS, served_version
from benchmarks.trainer_service.trainer_client import TrainerClient
from inkling.models.repository import ModelRepository

TIMEOUT_SECONDS = 30.0
STEPS = ("`POST` to its response: export, verify, evaluate, publish", "from then to the first response of the new model")

Durations = list[tuple[float, float]]
"""Seconds of each of the STEPS, for each publish."""


def publish_repeatedly(trainer: TrainerClient, job: str, model: Path, folder: Path, count: int) -> Durations:
    """Publish a job's model `count` times while a server watches the folder. Raises LoadFailed."""
    ModelRepository(trainer.models).publish(model, NAME)
    folder.mkdir()
    environment = inkling_environment(folder, trainer.models)
    with running_server(inkling_command(WORKERS), READY, folder, environment, ROOT) as server:
        return [_publish_once(trainer, job, server.port) for _ in range(count)]


def _publish_once(trainer: TrainerClient, job: str, port: int) -> tuple[float, float]:
    started = time.perf_counter()
    expected = trainer.request("POST", f"/jobs/{job}/publish", {"name": NAME})["sha256"]
    published = time.perf_counter()
    while expected not in served_version(port):
        if time.perf_counter() - published > TIMEOUT_SECONDS:
            raise LoadFailed(f"The server did not load the published model within {TIMEOUT_SECONDS:.0f} s.")
    return published - started, time.perf_counter() - published


def publish_table(durations: Durations) -> Table:
    """Seconds of each step."""
    rows = []
    for step, values in zip(STEPS, zip(*durations, strict=True), strict=True):
        took = Samples.of(values)
        rows.append((step, str(took), format_ratio(took.median, TARGET_SECONDS)))
    columns = ("step", "seconds", f"relative to {TARGET_SECONDS} s")
    return Table(columns, rows, f"Publishing a job's model to {WORKERS} workers")


def publish_note(durations: Durations) -> str:
    """Whether the server loads the new model in time."""
    slowest = max(loaded for _, loaded in durations)
    return target_note(slowest < TARGET_SECONDS, f"new model served within {TARGET_SECONDS} s", f"{slowest:.2f} s at most")
