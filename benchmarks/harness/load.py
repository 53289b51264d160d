"""Load: one request sent again and again over some connections, with wrk where it is installed, else with our own client."""

import shutil
from dataclasses import dataclass

from benchmarks.harness import python_client, wrk
from benchmarks.harness.load_result import Outcome
from benchmarks.harness.request import Request


class LoadFailed(Exception):
    """A request of the load was not answered, or not with 200."""


@dataclass(frozen=True)
class Load:
    """requests_per_second, over all connections; p50, p99: latencies in milliseconds."""

    requests_per_second: float
    p50: float
    p99: float


def generator() -> str:
    """What makes the load on this machine, in words."""
    if shutil.which("wrk"):
        return "wrk, in one thread"
    return "our own client in Python, as wrk is missing: it is slower, and takes more of the cores"


def load(port: int, request: Request, connections: int, seconds: float, cores: set[int] | None = None) -> Load:
    """Load a server on loopback for some seconds, from the given cores. Raises LoadFailed."""
    outcome = send(port, request, connections, seconds, cores)
    if outcome.failed or not outcome.answered:
        raise LoadFailed(
            f"Expected every answer to {request.method} {request.path} to be 200. Received {outcome.answered} answers, "
            f"{outcome.failed} of them others or none."
        )
    return Load(outcome.answered / outcome.seconds, outcome.p50, outcome.p99)


def send(port: int, request: Request, connections: int, seconds: float, cores: set[int] | None = None) -> Outcome:
    """The same, and what has come of it, failures included."""
    make = wrk.run if shutil.which("wrk") else python_client.run
    return make(port, request, connections, seconds, cores)
