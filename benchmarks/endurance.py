"""endurance: half an hour of mixed load; latency by minute, and whether memory, handles or threads grow."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.evaluate import upload_request
from benchmarks.fault_injection.deployment import WORKERS, Deployment, deployed
from benchmarks.fault_injection.steady_load import SteadyLoad, percentile
from benchmarks.fuzzing.corpus import idx_pair
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import canvas_png, number_png, photograph_jpeg, small_png
from benchmarks.harness.process_memory import MEGABYTE, process_memory
from benchmarks.harness.report_section import Section, Table, load_average, target_note
from benchmarks.harness.request import Request, predict_request

WARM_UP_MINUTES = 5
GROWTH = 0.05
"""A smaller growth of memory after the warm-up does not count as a leak."""

SHOWN_ROWS = 10


@dataclass(frozen=True)
class Resources:
    """Of all workers together: resident bytes, open files, threads."""

    rss: int
    files: int
    threads: int


@dataclass(frozen=True)
class Interval:
    """One interval of the load. p50, p99: latency of 28×28 PNGs in ms. lost: without a response below 500."""

    requests: int
    lost: int
    p50: float
    p99: float
    resources: Resources


def mixed_load(port: int) -> list[SteadyLoad]:
    """Two clients with drawings, and one each for the other requests."""
    form = upload_request(*idx_pair())
    feedback = Request("feedback", "POST", "/feedback?label=7", canvas_png(), "image/png")
    requests = [Request("read", "POST", "/read", number_png(), "image/png"), form, feedback]
    requests += [predict_request(photograph_jpeg()), Request("reports", "GET", "/reports?limit=5")]
    return [SteadyLoad(port, predict_request(small_png()), 2), *(SteadyLoad(port, request, 1) for request in requests)]


def measure(options: Options) -> Section:
    """Load two workers; look at them once per interval."""
    busy = load_average()
    minutes, seconds = options.pick(30, 3), options.pick(60, 2)
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name, deployed(Path(name) / "server", options.model) as server:
        server.start()
        server.wait_for_workers()
        first_workers = server.workers()
        loads = mixed_load(server.port)
        for load in loads:
            load.__enter__()
        try:
            intervals = [_observe(server, loads, seconds) for _ in range(minutes)]
        finally:
            for load in loads:
                load.stopped.set()
            for load in loads:
                load.__exit__()
        return section(intervals, server.workers() == first_workers, options.pick(WARM_UP_MINUTES, 1), busy)


def _observe(server: Deployment, loads: list[SteadyLoad], seconds: float) -> Interval:
    starts = [len(load.sent) for load in loads]
    time.sleep(seconds)
    sent = [each for load, start in zip(loads, starts, strict=True) for each in load.sent[start:]]
    drawings = [each.seconds for each in loads[0].sent[starts[0] :]]
    lost = sum(each.status == 0 or each.status >= 500 for each in sent)
    p50, p99 = (percentile(drawings, share) * 1e3 for share in (0.5, 0.99))
    return Interval(len(sent), lost, p50, p99, resources(server.workers()))


def resources(workers: list[int]) -> Resources:
    """What the workers hold now."""
    folders = [Path(f"/proc/{pid}") for pid in workers]
    return Resources(
        sum(process_memory(pid).rss for pid in workers),
        sum(len(list((folder / "fd").iterdir())) for folder in folders),
        sum(len(list((folder / "task").iterdir())) for folder in folders),
    )


def section(intervals: list[Interval], survived: bool, warm_up: int, busy: float) -> Section:
    """The report section. warm_up: intervals before growth is measured."""
    step = max(1, len(intervals) // SHOWN_ROWS)
    rows = [
        (
            str(number),
            f"{each.requests:,}",
            str(each.lost),
            f"{each.p50:.1f}",
            f"{each.p99:.1f}",
            f"{each.resources.rss / MEGABYTE:.0f}",
            str(each.resources.files),
            str(each.resources.threads),
        )
        for number, each in enumerate(intervals, 1)
        if number % step == 0 or number == warm_up
    ]
    settled, last = intervals[warm_up - 1], intervals[-1]
    growth = last.resources.rss / settled.resources.rss - 1
    lost, total = sum(each.lost for each in intervals), sum(each.requests for each in intervals)
    medians = [each.p50 for each in intervals[warm_up - 1 :]]
    kept = last.resources.threads <= settled.resources.threads
    return Section(
        "Endurance",
        f"Mixed load on {WORKERS} workers without a pause: two clients draw, and one each sends numbers to `/read`, datasets "
        "to `/evaluate`, feedback, photographs, and lists reports. Latency is that of the drawings, the rest of both workers.",
        [Table(("minute", "requests", "lost", "p50, ms", "p99, ms", "RSS, MB", "open files", "threads"), rows)],
        [
            target_note(lost == 0, f"no request of {total:,} is lost", f"{lost:,}"),
            target_note(survived, "no worker is replaced", "the same ones at the end" if survived else "others at the end"),
            target_note(growth < GROWTH, f"memory within {GROWTH:.0%} of its value after the warm-up", f"{growth:+.1%}"),
            target_note(kept, "no thread is left behind", f"{settled.resources.threads}, then {last.resources.threads}"),
            f"Median latency of a minute after the warm-up: {min(medians):.1f} to {max(medians):.1f} ms. Open files include "
            "connections and bodies in progress.",
        ],
        ("inkling", "flask", "gunicorn", "waitress", "onnxruntime", "pillow", "sqlalchemy"),
        busy,
    )
