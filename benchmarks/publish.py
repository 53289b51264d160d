"""publish: models that are put into place while requests come in: none fails, the new one answers soon, nothing grows."""

import http.client
import json
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import onnx
from onnx import helper

from benchmarks.harness.load import load_generator, run_load
from benchmarks.harness.load_result import LoadResult
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import small_png
from benchmarks.harness.report_section import Section, Table, format_ratio, load_average_note, target_note
from benchmarks.harness.request import HOST, predict_request
from benchmarks.harness.server_process import READY, ROOT, inkling_command, running_server
from benchmarks.harness.timing import Samples
from benchmarks.memory import GROWTH, MEGA, children, sizes
from inkling.models.model_card import CARD_KEY
from inkling.models.repository import sha256
from server.api.predict.views import VERSION
from trainer.export.publish import publish

CONNECTIONS = 8
WORKERS = 2
TARGET_SECONDS = 2
AGREE = 12
"""New connections in a row that must be answered by the new model until all workers count as having it."""

NAME = "digits"


@dataclass(frozen=True)
class Published:
    """One publish: seconds that it took, and from its end to the first answer of the new model and to that of all workers.

    resident: bytes of each worker afterwards.
    """

    took: float
    first: float
    everywhere: float
    resident: tuple[int, ...]


def measure(options: Options) -> Section:
    """Load two workers: with nothing else, with a publish again and again, and with nothing else once more."""
    (seconds, every), busy = options.pick((60, 5), (3, 1)), os.getloadavg()[0]
    request = predict_request("small", small_png())
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
        folder = Path(name)
        models = folder / "models"
        made = [variant(options.model, folder / f"made-{number}.onnx", number) for number in (1, 2)]
        publish(options.model, models, NAME)
        settings = {
            "PYTHONPATH": str(ROOT),
            "INKLING_MODELS": str(models),
            "INKLING_STORE": f"sqlite:///{folder / 'store.db'}",
        }
        with running_server(inkling_command(WORKERS), READY, folder, settings, ROOT) as served, ThreadPoolExecutor(1) as beside:
            alone = [run_load(served.port, request, CONNECTIONS, options.pick(15, 1))]
            loading = beside.submit(run_load, served.port, request, CONNECTIONS, seconds)
            found = []
            for number in range(seconds // every):
                begun = time.monotonic()
                found.append(publish_once(served.port, served.pid, made[number % 2], models))
                time.sleep(max(0.0, begun + every - time.monotonic()))
            loaded = loading.result()
            alone.append(run_load(served.port, request, CONNECTIONS, options.pick(15, 1)))
            return section(alone, loaded, found, every, busy)


def variant(model: Path, place: Path, number: int) -> Path:
    """The model with another time in its card, so that it is another file."""
    changed = onnx.load(model)
    card = json.loads(next(entry.value for entry in changed.metadata_props if entry.key == CARD_KEY))
    helper.set_model_props(changed, {CARD_KEY: json.dumps(card | {"created": f"2026-01-01T00:00:00.{number:06}+00:00"})})
    place.write_bytes(changed.SerializeToString())
    return place


def publish_once(port: int, pid: int, made: Path, models: Path) -> Published:
    """Publish a model and ask, each time over a new connection, until all workers answer with it."""
    begun = time.perf_counter()
    publish(made, models, NAME)
    put = time.perf_counter()
    wanted, agreed = sha256(made), 0
    first = since = 0.0
    while agreed < AGREE:
        new = wanted in answering(port)
        now = time.perf_counter()
        first = first or (now if new else 0.0)
        since = since if agreed else now
        agreed = agreed + 1 if new else 0
    return Published(put - begun, first - put, since - put, tuple(sizes(worker)[0] for worker in sorted(children(pid))))


def answering(port: int) -> str:
    """Which version of the model answers over a new connection, as the header tells."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("POST", "/predict", small_png(), {"Content-Type": "image/png"})
        return connection.getresponse().headers[VERSION]
    finally:
        connection.close()


def section(alone: list[LoadResult], loaded: LoadResult, found: list[Published], every: int, busy: float) -> Section:
    """What was found, as a section. busy: the machine's load average before the first figure."""
    settled, last = found[min(2, len(found) - 1)], found[-1]  # by the third, every thread has its heap
    grown = max(late - early for early, late in zip(settled.resident, last.resident, strict=True)) / MEGA
    worst = max(each.first for each in found)
    return Section(
        "Publish",
        f"Requests for a 28×28 PNG over {CONNECTIONS} connections to {WORKERS} workers while models are published, beside the "
        "same load without, before and after.",
        [loads(alone, loaded, every), steps(found), memory({found.index(settled) + 1: settled, len(found): last})],
        [
            f"{len(found)} publishes of two files in turns. The load is made by {load_generator()}, on the server's own cores.",
            target_note(not loaded.failed, f"{loaded.failed} of {loaded.answered:,} requests failed. Target: none"),
            target_note(worst < TARGET_SECONDS, f"{worst:.2f} s at most to the first answer. Target: under {TARGET_SECONDS} s"),
            target_note(grown < GROWTH, f"A worker has grown by {grown:+.1f} MB. Target: no growth"),
            *load_average_note(busy),
        ],
        ("inkling", "flask", "numpy", "onnxruntime"),
    )


def loads(alone: list[LoadResult], loaded: LoadResult, every: int) -> Table:
    """What came of the requests."""
    without = statistics.mean(each.answered / each.seconds for each in alone)
    rows = []
    for name, each in (
        (f"with a publish every {every} s", loaded),
        *zip(("limit: before", "limit: after"), alone, strict=True),
    ):
        rate = each.answered / each.seconds
        counts = f"{each.answered:,}", str(each.failed), f"{rate:,.0f}", format_ratio(rate, without)
        rows.append((name, *counts, f"{each.p50:.2f}", f"{each.p99:.1f}"))
    return Table(("load", "answered", "failed", "requests/s", "of both limits", "p50, ms", "p99, ms"), rows)


def steps(found: list[Published]) -> Table:
    """How long it took until the new model answered."""
    took = {
        "publish: checked, copied, renamed": Samples.of([each.took for each in found]),
        "from then to the first answer of the new model": Samples.of([each.first for each in found]),
        "from then to no answer of the old one any more": Samples.of([each.everywhere for each in found]),
    }
    rows = [(name, str(seconds), format_ratio(seconds.median, TARGET_SECONDS)) for name, seconds in took.items()]
    return Table(("step", "seconds", f"of {TARGET_SECONDS} s"), rows)


def memory(found: dict[int, Published]) -> Table:
    """What the workers hold after some numbers of publishes."""
    least = max(next(iter(found.values())).resident)
    rows = [
        (
            f"after {count}",
            " and ".join(f"{size / MEGA:.1f}" for size in each.resident),
            format_ratio(max(each.resident), least),
        )
        for count, each in found.items()
    ]
    return Table(("publishes", "RSS of the workers, MB", "of the first"), rows)
