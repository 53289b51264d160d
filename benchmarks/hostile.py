"""hostile: memory and time that hostile files cost, and whether others are answered meanwhile."""

import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fuzzing.hostile_files import hostile_requests, lesson_request
from benchmarks.harness.options import Options
from benchmarks.harness.process_memory import MEGABYTE
from benchmarks.harness.process_tree import children
from benchmarks.harness.report_section import Section, Table, load_average, target_note
from benchmarks.harness.request import Request, fetch
from benchmarks.harness.server_process import inkling_command, running_inkling
from benchmarks.harness.timing import format_number
from benchmarks.trainer_service.trainer_client import running_trainer
from inkling.imaging.decode_memory import CAPACITY
from inkling.limits import Limits

CLIENTS = 6
TIMEOUT_SECONDS = 300
HEALTH = Request("health", "GET", "/health/live")
HEALTH_SECONDS = 2.0
"""Target: the slowest health check while hostile requests are processed."""

BOUND_MB = 150 + (CAPACITY + 2 * Limits().max_dataset_bytes) / MEGABYTE
"""Stated in docs/operations.md: a worker, the pictures that are decoded at once, and one dataset that is read."""


@dataclass(frozen=True)
class Cost:
    """Of one file, sent by several clients at once. peak: of the process, in MB. health: the slowest check, in seconds."""

    name: str
    statuses: Counter[int]
    seconds: float
    peak: float
    health: float


def measure(options: Options) -> Section:
    """Send each file from several clients to one worker, then a picture to a lesson of the trainer service."""
    busy = load_average()
    costs = []
    with running_inkling(inkling_command(1), options.model) as server:
        for request in hostile_requests()[:: options.pick(1, 5)]:
            costs.append(_cost(server.port, children(server.pid)[0], request))
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as folder, running_trainer(Path(folder), 0) as trainer:
        lesson = trainer.request("POST", "/lessons", {"labels": ["a", "b"]})["id"]
        costs.append(_cost(trainer.port, trainer.pid, lesson_request(lesson)))
    return section(costs, busy)


def _cost(port: int, process: int, request: Request) -> Cost:
    Path(f"/proc/{process}/clear_refs").write_text("5", "ascii")  # restart the peak (proc(5))
    statuses: Counter[int] = Counter()
    clients = [threading.Thread(target=lambda: statuses.update([_send(port, request)])) for _ in range(CLIENTS)]
    started, slowest = time.monotonic(), 0.0
    for client in clients:
        client.start()
    while any(client.is_alive() for client in clients):
        asked = time.monotonic()
        fetch(port, HEALTH, TIMEOUT_SECONDS)
        slowest = max(slowest, time.monotonic() - asked)
        time.sleep(0.02)
    return Cost(request.name, statuses, time.monotonic() - started, _peak(process), slowest)


def _send(port: int, request: Request) -> int:
    return fetch(port, request, TIMEOUT_SECONDS).status


def _peak(process: int) -> float:
    """The largest resident memory since the last restart of the peak, in MB."""
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) * 1024 / MEGABYTE


def section(costs: list[Cost], busy: float) -> Section:
    """The report section."""
    rows = [
        (
            each.name,
            ", ".join(f"{count} × {status}" for status, count in sorted(each.statuses.items())),
            format_number(each.seconds),
            f"{each.peak:.0f}",
            format_number(each.health * 1e3),
        )
        for each in costs
    ]
    peak, health = max(each.peak for each in costs), max(each.health for each in costs)
    failed = sum(count for each in costs for status, count in each.statuses.items() if status in (0, 500))
    return Section(
        "Hostile files",
        f"Each request is sent by {CLIENTS} clients at once to a server with one worker, or to the trainer service (the last "
        "row), while another client checks its health.",
        [Table(("request", "responses", "all answered after, s", "peak memory, MB", "slowest health check, ms"), rows)],
        [
            target_note(peak < BOUND_MB, f"under {BOUND_MB:.0f} MB, the stated bound", f"{peak:.0f} MB at most"),
            target_note(health < HEALTH_SECONDS, f"health checks within {HEALTH_SECONDS:g} s", f"{health:.2f} s at most"),
            target_note(failed == 0, "each request gets a response other than 500", f"{failed} without"),
        ],
        ("inkling", "pillow", "numpy"),
        busy,
    )
