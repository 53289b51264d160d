"""serve: throughput and latency of /predict, next to a route that does no work."""

from benchmarks.harness.cpu_affinity import pinned_to, split_cores
from benchmarks.harness.layout import Layout
from benchmarks.harness.load import LoadFailed, load_generator, measure_load
from benchmarks.harness.load_result import LoadResult, load_cells, load_samples
from benchmarks.harness.onnx_baseline import time_four_crops
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import CANVAS_SIDE, canvas_png, small_png
from benchmarks.harness.report_section import Section, Table, format_ratio, target_note
from benchmarks.harness.request import NOOP_REQUEST, Request, fetch, predict_request
from benchmarks.harness.server_process import inkling_command, running_inkling
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import smoke_image

CONNECTIONS = (1, 8)
TARGET = 0.40
"""Minimum throughput of /predict with the small PNG relative to the no-op route, the model's time subtracted."""

COLUMNS = (
    "request",
    "connections",
    "requests/s",
    "p50, ms",
    "p99, ms",
    "relative to the no-op route",
    "the same, without the model's time",
)
Loads = dict[tuple[str, int], list[LoadResult]]
"""Results by name of the request and number of connections."""


def measure(options: Options) -> Section:
    """Load the server in both layouts."""
    with pinned_to(split_cores()[0]):
        model_seconds = time_four_crops(Predictor(options.model), smoke_image(), options.pick(15, 2))
    reached, tables, counted_seconds = [], [], []
    for layout in layouts()[: options.pick(2, 1)]:
        loads, counted = load_all(options, layout)
        counted_seconds.append(counted)
        reached.append(min(relative(loads, layout, connections, model_seconds) for connections in CONNECTIONS))
        tables.append(Table(COLUMNS, rows(loads, layout, model_seconds), layout.name))
    return Section(
        "Throughput of /predict",
        "`POST /predict` with four crops over persistent connections, next to a route that does no work in the same server, "
        "which is the upper bound.",
        tables,
        [
            f"The load comes from {load_generator()}; each figure is from {options.pick(5, 1)} rounds.",
            f"`session.run` on four crops takes {model_seconds * 1e6:.0f} µs, which the last column subtracts from a worker's "
            "time per request. Inside the server, `Predictor` takes "
            f"{counted_seconds[0] * 1e6:.0f} µs according to `/metrics`.",
            target_note(
                reached[0] >= TARGET,
                f"28×28 PNG, one worker: at least {TARGET:.0%} of the no-op route without the model's time",
                f"{reached[0]:.0%} at the worse number of connections",
            ),
        ],
        ("inkling", "flask", "gunicorn", "waitress", "onnxruntime", "pillow"),
    )


def layouts() -> list[Layout]:
    """One worker on its own core if there are two cores, and two workers that share all cores with the load."""
    core, rest = split_cores()
    one = "One worker on its own core; the load comes from the others" if core else "One worker, sharing the core with the load"
    return [Layout(one, 1, core, rest), Layout("Two workers, sharing all cores with the load", 2)]


def requests() -> list[Request]:
    """The requests, the no-op one first."""
    return [
        NOOP_REQUEST,
        predict_request(small_png(), "`POST /predict`, 28×28 PNG"),
        predict_request(canvas_png(), f"`POST /predict`, {CANVAS_SIDE}×{CANVAS_SIDE} RGBA PNG"),
    ]


def load_all(options: Options, layout: Layout) -> tuple[Loads, float]:
    """Interleaved loads, and the model's seconds per picture as counted by the server."""
    loads: Loads = {}
    with running_inkling(inkling_command(layout.workers), options.model, layout.server) as server:
        for request in requests()[: options.pick(3, 0)]:  # warm-up
            measure_load(server.port, request, max(CONNECTIONS), 1, layout.client)
        for _ in range(options.pick(5, 1)):
            for connections in CONNECTIONS:
                for request in requests():
                    result = measure_load(server.port, request, connections, options.pick(4, 1), layout.client)
                    loads.setdefault((request.name, connections), []).append(result)
        metrics = fetch(server.port, Request("metrics", "GET", "/metrics")).body.decode()
    return loads, total(metrics, "inkling_inference_seconds_total") / total(metrics, "inkling_pictures_total")


def total(metrics: str, name: str) -> float:
    """A counter in Prometheus' text format, summed over its labels. Raises LoadFailed if it is missing."""
    values = [float(line.split()[-1]) for line in metrics.splitlines() if line.startswith(f"{name}{{")]
    if not values:
        raise LoadFailed(f"/metrics has no counter {name}.")
    return sum(values)


def relative(loads: Loads, layout: Layout, connections: int, model_seconds: float, name: str | None = None) -> float:
    """Throughput relative to the no-op route after the model's time is subtracted from each request."""
    name = name or requests()[1].name
    speed, upper_bound = median(loads[name, connections]), median(loads[NOOP_REQUEST.name, connections])
    parallel = min(layout.workers, connections)
    return parallel / (parallel / speed - model_seconds) / upper_bound


def rows(loads: Loads, layout: Layout, model_seconds: float) -> list[tuple[str, ...]]:
    """One row per request and number of connections."""
    cells = []
    for (name, connections), results in loads.items():
        ratio = format_ratio(median(results), median(loads[NOOP_REQUEST.name, connections]))
        rest = "–" if name == NOOP_REQUEST.name else f"{relative(loads, layout, connections, model_seconds, name):.2f}"
        cells.append((name, str(connections), *load_cells(results), ratio, rest))
    return cells


def median(loads: list[LoadResult]) -> float:
    """Median throughput."""
    return load_samples(loads).median
