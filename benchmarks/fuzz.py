"""fuzz: mutated requests over all endpoints of both services."""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fuzzing.client import FuzzResult, fuzz
from benchmarks.fuzzing.corpus import server_requests, trainer_requests
from benchmarks.harness.options import Options
from benchmarks.harness.process_memory import MEGABYTE, process_memory
from benchmarks.harness.process_tree import children
from benchmarks.harness.report_section import Section, Table, target_note
from benchmarks.harness.request import Request
from benchmarks.harness.server_process import inkling_command, running_inkling
from benchmarks.trainer_service.trainer_client import running_trainer
from server.settings import Settings

THREADS = 4
REQUESTS = 80_000, 400
"""For each service; and in a quick run. The trainer's memory grows until about 40,000: its database and lists fill up."""

GROWTH = 0.05
"""A smaller growth of memory in the second half of the requests does not count as a leak."""

SHOWN_FAILURES = 20


@dataclass(frozen=True)
class Fuzzed:
    """What happened to one service.

    memory: of its process at the end, in MB. growth: in the second half of the requests. survived: no process was replaced.
    """

    service: str
    result: FuzzResult
    memory: float
    growth: float
    survived: bool


def measure(options: Options) -> Section:
    """Fuzz the server, then the trainer service."""
    found = [_fuzz_server(options), _fuzz_trainer(options)]
    for each in found:
        for failure in each.result.failures[:SHOWN_FAILURES]:
            sys.stderr.write(f"{each.service}: {failure}\n")
    rows = [_row(each) for each in found]
    failed = sum(len(each.result.failures) for each in found)
    slowest = max(each.result.slowest for each in found)
    most = max(each.growth for each in found)
    limit = Settings().max_request_seconds
    total = sum(each.result.statuses.total() for each in found)
    return Section(
        "Fuzzing",
        "Valid requests to every endpoint with mutated bodies, media types, queries and paths, over four connections; the "
        "server has one worker. Bodies are PNG, JPEG, WebP, JSON, forms, and datasets in every format.",
        [
            Table(
                ("service", "requests", "2xx", "4xx", "5xx or no response", "slowest response, s", "memory, MB", "growth"),
                rows,
            )
        ],
        [
            target_note(failed == 0, f"no 5xx in {total:,} requests", f"{failed:,}"),
            target_note(all(each.survived for each in found), "no process dies", "each ended with the process it began with"),
            target_note(slowest < limit, f"no response after {limit} s, the limit on a request's CPU time", f"{slowest:.1f} s"),
            target_note(most < GROWTH, f"memory grows by less than {GROWTH:.0%} in the second half", f"{most:+.1%} at most"),
            f"The slowest requests: {', '.join(each.result.slowest_request for each in found)}. The random numbers are seeded.",
        ],
        ("inkling", "pillow", "flask", "waitress"),
    )


def _fuzz_server(options: Options) -> Fuzzed:
    with running_inkling(inkling_command(workers=1), options.model) as server:
        return _fuzz("server", server.port, server_requests(), options.pick(*REQUESTS), lambda: children(server.pid)[0])


def _fuzz_trainer(options: Options) -> Fuzzed:
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as folder, running_trainer(Path(folder), 0) as trainer:
        lesson = trainer.request("POST", "/lessons", {"labels": ["a", "b"]})["id"]
        return _fuzz("trainer", trainer.port, trainer_requests(lesson), options.pick(*REQUESTS), lambda: trainer.pid)


def _fuzz(service: str, port: int, corpus: list[Request], count: int, find_process: Callable[[], int]) -> Fuzzed:
    process = find_process()
    total = fuzz(port, corpus, count // 2, THREADS, 0)
    before = process_memory(process).rss
    total.merge(fuzz(port, corpus, count - count // 2, THREADS, 100))
    survived = find_process() == process
    after = process_memory(process).rss if survived else 0
    return Fuzzed(service, total, after / MEGABYTE, after / before - 1, survived)


def _row(each: Fuzzed) -> tuple[str, ...]:
    statuses = each.result.statuses
    by_class = {hundred: sum(n for status, n in statuses.items() if status // 100 == hundred) for hundred in range(6)}
    return (
        each.service,
        f"{statuses.total():,}",
        f"{by_class[2] + by_class[3]:,}",
        f"{by_class[4]:,}",
        f"{by_class[5] + by_class[0]:,}",
        f"{each.result.slowest:.2f}",
        f"{each.memory:.0f}",
        f"{each.growth:+.1%}",
    )
