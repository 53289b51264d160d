"""faults: what clients under a steady load notice when something breaks."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fault_injection.deployment import WORKERS, Deployment, deployed
from benchmarks.fault_injection.fit_faults import KilledFit, kill_and_resume
from benchmarks.fault_injection.server_faults import FAULTS, SLOW_CLIENTS, Fault
from benchmarks.fault_injection.steady_load import SteadyLoad
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import small_png
from benchmarks.harness.report_section import Section, Table, format_ratio, load_average, target_note
from benchmarks.harness.request import predict_request

CONNECTIONS = 8
LATENCY_RATIO = 5
"""Target: p99 of honest clients next to slow ones, relative to that without."""


@dataclass(frozen=True)
class Observed:
    """What the load noticed of one fault. p99: in ms. seen: what a client of the damaged part saw."""

    fault: Fault
    requests: int
    lost: int
    refused: int
    p99: float
    seen: str


def measure(options: Options) -> Section:
    """Inject each fault into a server with two workers; then kill a fit several times."""
    busy = load_average()
    request = predict_request(small_png())
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
        with deployed(Path(name) / "server", options.model) as server:
            server.start()
            server.wait_for_workers()
            with SteadyLoad(server.port, request, CONNECTIONS) as quiet:
                time.sleep(options.pick(10, 1))
            observed = [_observe(server, fault) for fault in FAULTS]
        killed = kill_and_resume(Path(name), 0, options.pick(5, 1))
    return section(quiet, observed, killed, busy)


def _observe(server: Deployment, fault: Fault) -> Observed:
    server.wait_for_workers()
    with SteadyLoad(server.port, predict_request(small_png()), CONNECTIONS) as load:
        time.sleep(1)
        seen = fault.inject(server)
        time.sleep(1)
    if "deleted" in fault.name:  # only a restart mends a lost database; a lost model is restored by the fault itself
        server.restart()
    return Observed(fault, len(load.sent), load.lost, load.refused, load.p99, seen)


def section(quiet: SteadyLoad, observed: list[Observed], killed: KilledFit, busy: float) -> Section:
    """The report section."""
    rows = [("none", f"{len(quiet.sent):,}", str(quiet.lost), "0", f"{quiet.p99:.1f}", "1.00", "–")]
    rows += [
        (
            each.fault.name,
            f"{each.requests:,}",
            str(each.lost),
            str(each.fault.max_lost),
            f"{each.p99:.1f}",
            format_ratio(each.p99, quiet.p99),
            each.seen,
        )
        for each in observed
    ]
    slow = next(each for each in observed if each.fault.name == "slow clients")
    broken = [each.fault.name for each in observed if each.lost > each.fault.max_lost]
    return Section(
        "Faults",
        f"`POST /predict` over {CONNECTIONS} connections to {WORKERS} workers while something breaks. Lost are requests that "
        "reached the server and got no response, or a 5xx; attempts to connect while no server runs are not counted.",
        [Table(("fault", "requests", "lost", "allowed", "p99, ms", "p99 ratio", "what else clients saw"), rows)],
        [
            target_note(not broken, "no fault loses more than is allowed", ", ".join(broken) or "none does"),
            target_note(
                slow.p99 < LATENCY_RATIO * quiet.p99,
                f"p99 next to {3 * SLOW_CLIENTS} slow clients under {LATENCY_RATIO} times its quiet value",
                format_ratio(slow.p99, quiet.p99),
            ),
            target_note(
                not killed.failures,
                f"a fit killed with kill -9 {killed.kills} times at random moments is resumed and exported",
                "; ".join(killed.failures) or "it was",
            ),
        ],
        ("inkling", "flask", "gunicorn", "waitress", "sqlalchemy"),
        busy,
    )
