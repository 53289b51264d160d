"""serve: requests a second and p99 of /predict, beside a route that does nothing."""

import http.client
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.harness.cpu_affinity import apart, on
from benchmarks.harness.load import Load, generator, load
from benchmarks.harness.onnx_baseline import bare_four_crops
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import CANVAS_SIDE, canvas_png, small_png
from benchmarks.harness.report_section import Section, Table, ratio, verdict
from benchmarks.harness.request import EMPTY_ROUTE, HOST, predict
from benchmarks.harness.server_process import ours, serving
from benchmarks.harness.timing import Spread
from server.inference.predictor import Predictor
from server.inference.smoke import smoke_image

CONNECTIONS = (1, 8)
TARGET = 0.40
"""Share of the empty route's requests that /predict of the small PNG reaches, the model's own time subtracted."""

COLUMNS = (
    "request",
    "connections",
    "requests/s",
    "p50, ms",
    "p99, ms",
    "of the empty route's",
    "the same, the model's time subtracted",
)


@dataclass(frozen=True)
class Layout:
    """How many workers answer, on which cores, and from which cores they are asked."""

    title: str
    workers: int
    server: set[int] | None
    client: set[int] | None


def measure(options: Options) -> Section:
    """Load our server in two layouts."""
    with on(apart()[0] if apart() else None):
        model_seconds = bare_four_crops(Predictor(options.model), smoke_image(), options.pick(15, 2))
    shares, tables, within = {}, [], {}
    for layout in layouts()[: options.pick(2, 1)]:
        found, within[layout.workers] = load_all(options, layout)
        shares[layout.workers] = {connections: share(found, layout, connections, model_seconds) for connections in CONNECTIONS}
        tables.append(Table(COLUMNS, rows(found, layout, model_seconds), layout.title))
    reached = min(shares[1].values())
    return Section(
        "Requests a second",
        "`POST /predict` with four crops, beside a route that does nothing in the same server as the ceiling: requests a "
        "second and latencies over connections that stay open.",
        tables,
        [
            f"The load is made by {generator()}, and every figure is of {options.pick(5, 1)} turns.",
            f"A bare four-crop `session.run` takes {model_seconds * 1e6:.0f} µs, which the last column takes off the time "
            f"that a worker spends on a request. Within the server, between other work, `Predictor` takes "
            f"{within[1] * 1e6:.0f} µs, by its own count in `/metrics`.",
            verdict(
                reached >= TARGET,
                f"The 28×28 PNG, one worker on a core of its own: {reached:.0%} of the empty route's requests without the "
                f"model's own time, at the worse number of connections. Target: at least {TARGET:.0%}",
            ),
        ],
        ("inkling", "flask", "gunicorn", "waitress", "onnxruntime", "pillow"),
    )


def layouts() -> list[Layout]:
    """One worker on a core of its own where there are two cores, and two workers that share theirs with the load."""
    parts = apart()
    one = Layout("One worker on a core of its own; the load comes from the others", 1, *(parts or (None, None)))
    if parts is None:
        one = Layout("One worker, which shares the core with the load", 1, None, None)
    return [one, Layout("Two workers, which share all cores with the load", 2, None, None)]


def requests() -> list:
    """What is sent; the empty route comes first."""
    return [
        EMPTY_ROUTE,
        predict("`POST /predict`, 28×28 PNG", small_png()),
        predict(f"`POST /predict`, {CANVAS_SIDE}×{CANVAS_SIDE} RGBA PNG", canvas_png()),
    ]


def load_all(options: Options, layout: Layout) -> tuple[dict[tuple[str, int], list[Load]], float]:
    """Loads by request and connections, all in turns; and the seconds of a picture that the server itself counted."""
    found: dict[tuple[str, int], list[Load]] = {}
    with serving(ours(layout.workers), options.model, layout.server) as served:
        for request in requests()[: options.pick(3, 0)]:  # warms up
            load(served.port, request, max(CONNECTIONS), 1, layout.client)
        for _ in range(options.pick(5, 1)):
            for connections in CONNECTIONS:
                for request in requests():
                    made = load(served.port, request, connections, options.pick(4, 1), layout.client)
                    found.setdefault((request.name, connections), []).append(made)
        return found, counted(served.port, "inkling_model_seconds_total") / counted(served.port, "inkling_pictures_total")


def counted(port: int, name: str) -> float:
    """The sum of a counter of /metrics over its labels."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    connection.request("GET", "/metrics")
    lines = connection.getresponse().read().decode().splitlines()
    connection.close()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(f"{name}{{"))


def share(found: dict, layout: Layout, connections: int, model_seconds: float, name: str | None = None) -> float:
    """The share of the empty route's requests that a picture's reach once the model's own time is subtracted."""
    name = name or requests()[1].name
    speed, ceiling = median(found[name, connections]), median(found[EMPTY_ROUTE.name, connections])
    at_once = min(layout.workers, connections)
    return at_once / (at_once / speed - model_seconds) / ceiling


def median(loads: list[Load], pick: Callable[[Load], float] = lambda load: load.requests_per_second) -> float:
    """The median of one figure of some loads."""
    return Spread.of([pick(load) for load in loads]).median


def rows(found: dict, layout: Layout, model_seconds: float) -> list[tuple[str, ...]]:
    """A row for each request and number of connections."""
    made = []
    for (name, connections), loads in found.items():
        ceiling = median(found[EMPTY_ROUTE.name, connections])
        empty = name == EMPTY_ROUTE.name
        made.append(
            (
                name,
                str(connections),
                str(Spread.of([load.requests_per_second for load in loads])),
                str(Spread.of([load.p50 for load in loads])),
                str(Spread.of([load.p99 for load in loads])),
                ratio(median(loads), ceiling),
                "–" if empty else f"{share(found, layout, connections, model_seconds, name):.2f}",
            )
        )
    return made
