"""Load generation: one request repeated over several connections, by wrk if installed, otherwise by a Python client."""

import shutil

from benchmarks.harness import python_client, wrk
from benchmarks.harness.load_result import LoadResult
from benchmarks.harness.request import Request


class LoadFailed(Exception):
    """A server did not respond as the benchmark requires."""


def load_generator() -> str:
    """The load generator that this machine uses, in words."""
    if shutil.which("wrk"):
        return "wrk with one thread"
    return "a Python client, which is slower and uses more CPU, because wrk is not installed"


def run_load(port: int, request: Request, connections: int, seconds: float, cores: set[int] | None = None) -> LoadResult:
    """Load a server on loopback for some seconds, from the given cores; failed requests are counted."""
    generate = wrk.run if shutil.which("wrk") else python_client.run
    return generate(port, request, connections, seconds, cores)


def measure_load(port: int, request: Request, connections: int, seconds: float, cores: set[int] | None = None) -> LoadResult:
    """The same, for servers that must not fail. Raises LoadFailed unless every response has status 200."""
    result = run_load(port, request, connections, seconds, cores)
    if result.failed or not result.answered:
        raise LoadFailed(
            f"{request.method} {request.path}: {result.failed} of {max(result.answered, result.failed)} requests failed."
        )
    return result
