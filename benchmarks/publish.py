"""publish: publish model versions under load; no request may fail, the new version is served soon, memory does not grow."""

import json
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import onnx

from benchmarks.harness.load import load_generator, run_load
from benchmarks.harness.load_result import LoadResult
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import small_png
from benchmarks.harness.process_memory import MEGABYTE, process_memory
from benchmarks.harness.process_tree import children
from benchmarks.harness.report_section import Section, Table, format_ratio, load_average, target_note
from benchmarks.harness.request import fetch, predict_request
from benchmarks.harness.server_process import READY, ROOT, inkling_command, inkling_environment, running_server
from benchmarks.harness.timing import Samples, seconds_of
from benchmarks.memory import GROWTH_MB
from inkling.models.model_card import CARD_KEY
from inkling.models.repository import ModelRepository, file_sha256
from server.api.headers import MODEL_HEADER

CONNECTIONS = 8
WORKERS = 2
TARGET_SECONDS = 2
CONSECUTIVE = 12
"""All workers count as updated once this many new connections in a row got the new version."""

NAME = "digits"


@dataclass(frozen=True)
class Published:
    """One publish. seconds: of the publish itself; first, everywhere: from its end to the first response of the new version,
    and until every new connection gets it. rss: of each worker afterwards, in bytes.
    """

    seconds: float
    first: float
    everywhere: float
    rss: tuple[int, ...]


def measure(options: Options) -> Section:
    """Load two workers: without publishing, while versions are published, and without publishing again."""
    busy = load_average()
    seconds, interval = options.pick((60, 5), (3, 1))
    request = predict_request(small_png())
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
        folder = Path(name)
        models = folder / "models"
        versions = [write_version(options.model, folder / f"version-{number}.onnx", number) for number in (1, 2)]
        ModelRepository(models).publish(options.model, NAME)
        with (
            running_server(inkling_command(WORKERS), READY, folder, inkling_environment(folder, models), ROOT) as server,
            ThreadPoolExecutor(1) as background,
        ):
            quiet = [run_load(server.port, request, CONNECTIONS, options.pick(15, 1))]
            loading = background.submit(run_load, server.port, request, CONNECTIONS, seconds)
            published = []
            for number in range(seconds // interval):
                started = time.monotonic()
                published.append(publish_once(server.port, server.pid, versions[number % 2], models))
                time.sleep(max(0.0, started + interval - time.monotonic()))
            loaded = loading.result()
            quiet.append(run_load(server.port, request, CONNECTIONS, options.pick(15, 1)))
            return section(quiet, loaded, published, interval, busy)


def write_version(model: Path, path: Path, number: int) -> Path:
    """Write the model with another creation time in its card, so that its hash differs."""
    changed = onnx.load(model)
    entry = next(entry for entry in changed.metadata_props if entry.key == CARD_KEY)
    entry.value = json.dumps(json.loads(entry.value) | {"created": f"2026-01-01T00:00:00.{number:06}+00:00"})
    path.write_bytes(changed.SerializeToString())
    return path


def publish_once(port: int, pid: int, version: Path, models: Path) -> Published:
    """Publish a version and send requests, each over a new connection, until all workers serve it."""
    seconds = seconds_of(lambda: ModelRepository(models).publish(version, NAME))
    published, expected = time.perf_counter(), file_sha256(version)
    first = since = 0.0
    consecutive = 0
    while consecutive < CONSECUTIVE:
        is_new = expected in served_version(port)
        now = time.perf_counter()
        first = first or (now if is_new else 0.0)
        since = since if consecutive else now
        consecutive = consecutive + 1 if is_new else 0
    rss = tuple(process_memory(worker).rss for worker in children(pid))
    return Published(seconds, first - published, since - published, rss)


def served_version(port: int) -> str:
    """The model version that responds over a new connection, from the response header; "" if there is no response."""
    return fetch(port, predict_request(small_png())).headers.get(MODEL_HEADER.lower(), "")


def section(quiet: Sequence[LoadResult], loaded: LoadResult, published: list[Published], interval: int, busy: float) -> Section:
    """The report section. quiet: the loads without publishing. busy: the load average before the first measurement."""
    settled = min(2, len(published) - 1)  # by the third publish, each thread's heap has its size
    growth = max(last - early for early, last in zip(published[settled].rss, published[-1].rss, strict=True)) / MEGABYTE
    slowest = max(each.first for each in published)
    return Section(
        "Publishing a model",
        f"Requests with a 28×28 PNG over {CONNECTIONS} connections to {WORKERS} workers while model versions are published, "
        "next to the same load without publishing.",
        [
            load_table(quiet, loaded, interval),
            duration_table(published),
            memory_table({number + 1: published[number] for number in (settled, len(published) - 1)}),
        ],
        [
            f"{len(published)} publishes, of two files alternately. The load comes from {load_generator()}, on the server's "
            "own cores.",
            target_note(not loaded.failed, "no failed request", f"{loaded.failed} of {loaded.answered:,}"),
            target_note(slowest < TARGET_SECONDS, f"new version served within {TARGET_SECONDS} s", f"{slowest:.2f} s at most"),
            target_note(growth < GROWTH_MB, "no growth of a worker", f"{growth:+.1f} MB"),
        ],
        ("inkling", "flask", "numpy", "onnxruntime"),
        busy,
    )


def load_table(quiet: Sequence[LoadResult], loaded: LoadResult, interval: int) -> Table:
    """Throughput and latency with and without publishing."""
    baseline = sum(each.requests_per_second for each in quiet) / len(quiet)
    before, after = quiet
    rows = []
    for name, load in {
        f"one publish every {interval} s": loaded,
        "baseline: before": before,
        "baseline: after": after,
    }.items():
        speed = load.requests_per_second
        counts = f"{load.answered:,}", str(load.failed), f"{speed:,.0f}", format_ratio(speed, baseline)
        rows.append((name, *counts, f"{load.p50:.2f}", f"{load.p99:.1f}"))
    return Table(("load", "responses", "failed", "requests/s", "relative to the baselines", "p50, ms", "p99, ms"), rows)


def duration_table(published: Sequence[Published]) -> Table:
    """Seconds until the new version is served."""
    steps = {
        "publish: verify, copy, rename": Samples.of([each.seconds for each in published]),
        "from then to the first response of the new version": Samples.of([each.first for each in published]),
        "from then until every new connection gets it": Samples.of([each.everywhere for each in published]),
    }
    rows = [(name, str(seconds), format_ratio(seconds.median, TARGET_SECONDS)) for name, seconds in steps.items()]
    return Table(("step", "seconds", f"relative to {TARGET_SECONDS} s"), rows)


def memory_table(published: dict[int, Published]) -> Table:
    """Memory of the workers after some numbers of publishes."""
    first = max(next(iter(published.values())).rss)
    rows = [
        (f"after {count}", " and ".join(f"{rss / MEGABYTE:.1f}" for rss in each.rss), format_ratio(max(each.rss), first))
        for count, each in published.items()
    ]
    return Table(("publishes", "RSS of the workers, MB", "relative to the first"), rows)
