"""wsgi: why this server. The same app under several, on one core, with busy clients and with slow ones."""

import http.client
import time

from benchmarks.harness.cpu_affinity import apart
from benchmarks.harness.load import Load, generator, load
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import small_png
from benchmarks.harness.report_section import Section, Table, ratio
from benchmarks.harness.request import HOST, predict
from benchmarks.harness.server_process import serving
from benchmarks.harness.slow_clients import BODY, HEADERS, SlowClients
from benchmarks.harness.timing import Spread, figure
from benchmarks.wsgi_servers import servers
from benchmarks.wsgi_servers.wsgi_server import Server

CONNECTIONS = 8
SLOW_CLIENTS = 150
PATIENCE_SECONDS = 5.0
KINDS = {"headers": HEADERS, "bodies": BODY}


def measure(options: Options) -> Section:
    """Load every server that is installed, in turns; then probe each while slow clients hold on to it."""
    every = list(servers())
    installed = [server for server in every if server.version]
    loads: dict[str, list[Load]] = {server.name: [] for server in installed}
    for _ in range(options.pick(5, 1)):
        for server in installed:
            loads[server.name].append(busy(server, options))
    probes = {server.name: {kind: slow(server, kind, options) for kind in KINDS} for server in installed}
    return Section(
        "Why this server",
        f"`POST /predict` of a 28×28 PNG, four crops, by the same app under several WSGI servers, one process on one core: "
        f"requests a second over {CONNECTIONS} connections, and the latency of a lone request while "
        f"{options.pick(SLOW_CLIENTS, 10)} other clients send theirs a byte a second.",
        [
            Table(
                ("server", "version", "requests/s", "p50, ms", "p99, ms", "requests beside ours"),
                [busy_row(server, loads, every[0].name) for server in every],
                "Busy clients",
            ),
            Table(
                ("server", *(f"{kind}: {what}" for kind in KINDS for what in ("median, ms", "worst, ms", "beside ours"))),
                [slow_row(server, probes, every[0].name, patience(options)) for server in every],
                "Slow clients, whose headers or bodies trickle",
            ),
        ],
        [
            f"The load is made by {generator()}, from the cores that the server does not run on.",
            f"A probe that has no answer after {patience(options):g} s counts as that long and is shown as none.",
        ],
        ("inkling", "flask", "onnxruntime"),
    )


def patience(options: Options) -> float:
    """Seconds that a probe waits."""
    return options.pick(PATIENCE_SECONDS, 0.5)


def busy(server: Server, options: Options) -> Load:
    """Requests a second of one server, freshly started and warmed up."""
    core, rest = apart() or (None, None)
    request = predict("small", small_png())
    with serving(server.command, options.model, core) as served:
        load(served.port, request, CONNECTIONS, options.pick(1, 0.1), rest)
        return load(served.port, request, CONNECTIONS, options.pick(4, 1), rest)


def slow(server: Server, kind: str, options: Options) -> list[float]:
    """Latencies of a lone request, in seconds, while slow clients hold on to the server."""
    core, _ = apart() or (None, None)
    latencies = []
    with (
        serving(server.command, options.model, core) as served,
        SlowClients(served.port, options.pick(SLOW_CLIENTS, 10), KINDS[kind]),
    ):
        until = time.monotonic() + options.pick(15, 0.7)
        while time.monotonic() < until:
            latencies.append(probe(served.port, patience(options)))
            time.sleep(0.1)
    return latencies


def probe(port: int, seconds: float) -> float:
    """Latency of one /predict over a new connection, in seconds; `seconds` where there is no answer by then."""
    connection = http.client.HTTPConnection(HOST, port, timeout=seconds)
    started = time.perf_counter()
    try:
        connection.request("POST", "/predict", small_png(), {"Content-Type": "image/png"})
        answered = connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        answered = False
    finally:
        connection.close()
    return min(time.perf_counter() - started, seconds) if answered else seconds


def busy_row(server: Server, loads: dict[str, list[Load]], ours: str) -> tuple[str, ...]:
    """A server's row of the table of busy clients."""
    if not server.version:
        return (server.name, "missing", "–", "–", "–", "–")
    speeds = {name: Spread.of([load.requests_per_second for load in found]) for name, found in loads.items()}
    own = loads[server.name]
    p50, p99 = Spread.of([load.p50 for load in own]), Spread.of([load.p99 for load in own])
    beside = ratio(speeds[server.name].median, speeds[ours].median)
    return (server.name, server.version, str(speeds[server.name]), str(p50), str(p99), beside)


def slow_row(server: Server, probes: dict[str, dict[str, list[float]]], ours: str, most: float) -> tuple[str, ...]:
    """A server's row of the table of slow clients; `most` is what a probe without an answer counts as."""
    if not server.version:
        return (f"{server.name} (missing)", *("–" for _ in range(3 * len(KINDS))))
    cells = []
    for kind in KINDS:
        latencies, beside = Spread.of(probes[server.name][kind]), Spread.of(probes[ours][kind])
        median, worst = (
            "none" if seconds == most else figure(seconds * 1e3) for seconds in (latencies.median, max(latencies.values))
        )
        cells += [median, worst, ratio(latencies.median, beside.median)]
    return (server.name, *cells)
