"""overrides: what each override of waitress buys; the server is measured with it and without it, in turns."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.harness.options import Options
from benchmarks.harness.pictures import small_png
from benchmarks.harness.process_memory import MEGABYTE, process_memory
from benchmarks.harness.process_tree import children
from benchmarks.harness.report_section import Section, Table, load_average
from benchmarks.harness.request import NOOP_REQUEST, Request, fetch, predict_request
from benchmarks.harness.server_process import Command, ServerProcess, running_inkling
from benchmarks.harness.slow_clients import PARTIAL_BODY, SlowClients
from benchmarks.harness.timing import Samples
from benchmarks.wsgi_clients import (
    client_threads,
    lost_requests,
    mebibytes_uploaded,
    noisy_photograph,
    open_connections,
    pipelining_clients,
    reads_rejection,
)

IDLE_SECONDS = 3
MAX_CONNECTIONS = 60
Measure = Callable[[ServerProcess, Options], float]


@dataclass(frozen=True)
class Override:
    """name: in `benchmarks.wsgi_without`. figure: what is measured; lower is better. arguments: added to `server run`."""

    name: str
    figure: str
    measure: Measure
    arguments: tuple[str, ...] = ()

    def command(self, removed: str) -> Command:
        """The command that starts the server without an override."""
        program = [sys.executable, "-m", "benchmarks.wsgi_without", removed]
        arguments = self.arguments or ("--workers", "1")
        return lambda port: [*program, "run", "--port", str(port), *arguments]


def measure(options: Options) -> Section:
    """Measure each override in interleaved rounds."""
    busy = load_average()
    rows = []
    for override in OVERRIDES:
        values: dict[str, list[float]] = {override.name: [], "nothing": []}
        for _ in range(options.pick(3, 1)):
            for removed, results in values.items():
                with running_inkling(override.command(removed), options.model) as server:
                    results.append(override.measure(server, options))
        rows.append((override.name, override.figure, *(str(Samples.of(results)) for results in values.values())))
    return Section(
        "Overrides of waitress",
        "What each override of the WSGI server buys: the same measurement without it and with it. Lower is better.",
        [Table(("override", "figure", "without", "with"), rows)],
        ["docs/architecture.md explains the overrides."],
        ("inkling", "waitress", "gunicorn"),
        load_average=busy,
    )


def latency_beside_photographs(server: ServerProcess, options: Options) -> float:
    """Slowest of the small pictures' responses in ms while four clients send photographs."""
    photograph = predict_request(noisy_photograph(options.pick(2800, 600)))
    latencies = []
    with client_threads(4, lambda: fetch(server.port, photograph, 60)):
        until = time.monotonic() + options.pick(6, 1)
        while time.monotonic() < until:
            started = time.perf_counter()
            fetch(server.port, predict_request(small_png()), 60)
            latencies.append((time.perf_counter() - started) * 1e3)
            time.sleep(0.02)
    return sorted(latencies)[int(len(latencies) * 0.99)]


def lost_with_new_connections(server: ServerProcess, options: Options) -> float:
    """Requests lost at SIGTERM by clients that open a connection per request."""
    return lost_requests(server, NOOP_REQUEST, options.pick(8, 2), keep_alive=False)


def lost_with_open_connections(server: ServerProcess, options: Options) -> float:
    """Requests lost at SIGTERM by clients with persistent connections."""
    return lost_requests(server, NOOP_REQUEST, options.pick(8, 2), keep_alive=True)


def unread_rejections(server: ServerProcess, options: Options) -> float:
    """Percentage of clients that cannot read the error after sending 20 MB too much."""
    results = [reads_rejection(server.port, 20_000_000) for _ in range(options.pick(15, 2))]
    return 100 * results.count(False) / len(results)


def upload_before_rejection(server: ServerProcess, _: Options) -> float:
    """MiB that a client with Expect: 100-continue uploads to /predict before it is rejected."""
    return mebibytes_uploaded(server.port, "/predict", 64)


def memory_of_unread_responses(server: ServerProcess, options: Options) -> float:
    """MB by which the worker grows while clients pipeline /explain and read nothing."""
    (worker,) = children(server.pid)
    before = process_memory(worker).rss
    peak = before
    with pipelining_clients(server.port, 4, options.pick(100, 10)):
        until = time.monotonic() + options.pick(8, 1)
        while time.monotonic() < until:
            peak = max(peak, process_memory(worker).rss)
            time.sleep(0.1)
    return (peak - before) / MEGABYTE


def stalled_connections(server: ServerProcess, options: Options) -> float:
    """Connections that are still open after the idle timeout although their clients read nothing."""
    with pipelining_clients(server.port, 4, options.pick(100, 10)):
        time.sleep(IDLE_SECONDS * options.pick(4, 1))
        return open_connections(server.port)


def seconds_until_served(server: ServerProcess, options: Options) -> float:
    """Seconds until an honest client is served while slow clients occupy all connections; at most 20."""
    with SlowClients(server.port, MAX_CONNECTIONS + 20, PARTIAL_BODY):
        started = time.monotonic()
        fetch(server.port, predict_request(small_png()), options.pick(20, 5))
        return time.monotonic() - started


def memory_after_evaluations(server: ServerProcess, options: Options) -> float:
    """MB by which the worker has grown after evaluations, two at a time."""
    (worker,) = children(server.pid)
    pixels = [[[index % 256] * 28 for index in range(28)]] * options.pick(6_000, 50)
    body = json.dumps({"images": pixels, "labels": ["7"] * len(pixels)}).encode()
    evaluation = Request("evaluate", "POST", "/evaluate", body, "application/json")
    fetch(server.port, predict_request(small_png()))
    before = process_memory(worker).rss
    with client_threads(2, lambda: fetch(server.port, evaluation, 120), rounds=2):
        pass
    time.sleep(1)
    return (process_memory(worker).rss - before) / MEGABYTE


TWO_WORKERS = ("--workers", "2")
SHORT_TIMEOUT = ("--workers", "1", "--idle-timeout", str(IDLE_SECONDS))
FEW_CONNECTIONS = ("--workers", "1", "--max-connections", str(MAX_CONNECTIONS), "--receive-timeout", "5")
SMALL_BODIES = ("--workers", "1", "--max-predict-bytes", "300000")
OVERRIDES = [
    Override("two-pools", "p99 of `/predict` in ms beside four photographs", latency_beside_photographs),
    Override("connection-close", "requests lost at SIGTERM, persistent connections", lost_with_open_connections, TWO_WORKERS),
    Override("syn-filter", "requests lost at SIGTERM, a connection per request", lost_with_new_connections, TWO_WORKERS),
    Override("lingering-close", "% of clients that cannot read a 413 after sending 20 MB", unread_rejections, SMALL_BODIES),
    Override("path-limits", "MiB uploaded before a 413", upload_before_rejection),
    Override("early-rejection", "MiB uploaded before a 413", upload_before_rejection),
    Override("backpressure", "MB of memory for unread responses", memory_of_unread_responses),
    Override("stall-detection", "connections open after the idle timeout", stalled_connections, SHORT_TIMEOUT),
    Override("receive-timeout", "s until served beside slow clients", seconds_until_served, FEW_CONNECTIONS),
    Override("malloc-thresholds", "MB retained after evaluations", memory_after_evaluations),
]
