"""wsgi: the same app under several WSGI servers on one core, with busy clients and with slow clients."""

import time

from benchmarks.harness.cpu_affinity import split_cores
from benchmarks.harness.load import load_generator, measure_load
from benchmarks.harness.load_result import LoadResult, load_cells, load_samples
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import small_png
from benchmarks.harness.report_section import Section, Table, format_ratio
from benchmarks.harness.request import fetch, predict_request
from benchmarks.harness.server_process import running_inkling
from benchmarks.harness.slow_clients import PARTIAL_BODY, PARTIAL_HEADERS, SlowClients
from benchmarks.harness.timing import Samples, format_number
from benchmarks.wsgi_servers import SERVERS, WsgiServerCommand

CONNECTIONS = 8
SLOW_CLIENTS = 150
TIMEOUT_SECONDS = 5.0
ATTACKS = {"headers": PARTIAL_HEADERS, "bodies": PARTIAL_BODY}
"""What the slow clients send at first; they continue with one byte per second."""


def measure(options: Options) -> Section:
    """Load each installed server, interleaved; then probe each while slow clients are connected."""
    installed = [server for server in SERVERS if server.version]
    loads: dict[str, list[LoadResult]] = {server.name: [] for server in installed}
    for _ in range(options.pick(5, 1)):
        for server in installed:
            loads[server.name].append(load_once(server, options))
    latencies = {server.name: {name: probe_while_attacked(server, name, options) for name in ATTACKS} for server in installed}
    inkling = SERVERS[0].name
    return Section(
        "WSGI servers",
        "`POST /predict` with a 28×28 PNG and four crops, served by the same app under several WSGI servers, one process on "
        f"one core: throughput over {CONNECTIONS} connections, and latency of single requests while "
        f"{options.pick(SLOW_CLIENTS, 10)} other clients send one byte per second.",
        [
            Table(
                ("server", "version", "requests/s", "p50, ms", "p99, ms", "relative to Inkling"),
                [throughput_row(server, loads, inkling) for server in SERVERS],
                "Throughput",
            ),
            Table(
                ("server", *(f"{name}: {cell}" for name in ATTACKS for cell in ("median, ms", "worst, ms", "ratio"))),
                [latency_row(server, latencies, inkling, timeout(options)) for server in SERVERS],
                "Latency while other clients send headers or bodies slowly",
            ),
        ],
        [
            f"The load comes from {load_generator()}, on the cores that the server does not use.",
            f"A request without a response after {timeout(options):g} s counts as that long and is shown as “no response”. "
            "Ratios are relative to Inkling.",
        ],
        ("inkling", "flask", "onnxruntime"),
    )


def timeout(options: Options) -> float:
    """Seconds after which a probe gives up."""
    return options.pick(TIMEOUT_SECONDS, 0.5)


def load_once(server: WsgiServerCommand, options: Options) -> LoadResult:
    """Throughput of a newly started, warmed-up server."""
    core, rest = split_cores()
    request = predict_request(small_png())
    with running_inkling(server.command, options.model, core) as running:
        measure_load(running.port, request, CONNECTIONS, options.pick(1, 0.1), rest)
        return measure_load(running.port, request, CONNECTIONS, options.pick(4, 1), rest)


def probe_while_attacked(server: WsgiServerCommand, attack: str, options: Options) -> list[float]:
    """Latencies of single requests in seconds while slow clients hold connections."""
    latencies = []
    with (
        running_inkling(server.command, options.model, split_cores()[0]) as running,
        SlowClients(running.port, options.pick(SLOW_CLIENTS, 10), ATTACKS[attack]),
    ):
        until = time.monotonic() + options.pick(15, 0.7)
        while time.monotonic() < until:
            latencies.append(probe(running.port, timeout(options)))
            time.sleep(0.1)
    return latencies


def probe(port: int, seconds: float) -> float:
    """Latency of one /predict over a new connection in seconds; `seconds` if there is no response in time."""
    started = time.perf_counter()
    status = fetch(port, predict_request(small_png()), seconds).status
    return min(time.perf_counter() - started, seconds) if status == 200 else seconds


def throughput_row(server: WsgiServerCommand, loads: dict[str, list[LoadResult]], inkling: str) -> tuple[str, ...]:
    """A server's row of the table of throughput."""
    if not server.version:
        return (server.name, "missing", "–", "–", "–", "–")
    ratio = format_ratio(load_samples(loads[server.name]).median, load_samples(loads[inkling]).median)
    return (server.name, server.version, *load_cells(loads[server.name]), ratio)


def latency_row(
    server: WsgiServerCommand, latencies: dict[str, dict[str, list[float]]], inkling: str, limit: float
) -> tuple[str, ...]:
    """A server's row of the table of latencies. limit: the latency of a request without a response."""
    if not server.version:
        return (f"{server.name} (missing)", *("–" for _ in range(3 * len(ATTACKS))))
    cells = []
    for attack in ATTACKS:
        seconds, own = Samples.of(latencies[server.name][attack]), Samples.of(latencies[inkling][attack])
        for value in (seconds.median, max(seconds.values)):
            cells.append("no response" if value == limit else format_number(value * 1e3))
        cells.append(format_ratio(seconds.median, own.median))
    return (server.name, *cells)
