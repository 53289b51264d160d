"""Overhead: what a job costs beside `trainer fit` of the same settings, and what twenty watchers cost the job.

The seconds are those that the fits count themselves, from the end of their first epoch, when everything is compiled, to that of
their last.
"""

import json
import selectors
import socket
import statistics
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.harness import subprocess_run
from benchmarks.harness.load import LoadFailed
from benchmarks.harness.report_section import Table, format_ratio, target_note
from benchmarks.harness.request import HOST
from benchmarks.harness.server_process import ROOT
from benchmarks.harness.timing import Samples
from benchmarks.trainer_service.trainer_client import PROGRAM, Trainer
from trainer.experiments.parallel_fits import words_of
from trainer.settings import FitSettings

WATCHERS = 20
TARGETS = {"job": 0.03, "watched": 0.02}
LONGEST = 600
BLOCK = 1 << 16

Turns = dict[str, list[float]]


def in_turns(trainer: Trainer, settings: FitSettings, folder: Path, rounds: int) -> tuple[Turns, str]:
    """Seconds of bare fits, jobs, and jobs with watchers, one after the other, some rounds; and the ID of the last job."""
    found: Turns = {"bare": [], "job": [], "watched": []}
    for number in range(rounds):
        found["bare"].append(_bare(settings, folder / f"bare-{number}"))
        for kind in ("job", "watched"):
            trainer.warmed()
            job = trainer.submit(settings.to_dict())
            with watching(trainer, job, WATCHERS if kind == "watched" else 0):
                trainer.ended(job)
            found[kind].append(_steady([event["seconds"] for event in trainer.events(job) if event["event"] == "epoch"]))
    return found, job


@contextmanager
def watching(trainer: Trainer, job: str, count: int) -> Iterator[None]:
    """So many clients that read a job's events until the block ends, in one thread."""
    over = threading.Event()
    with ExitStack() as opened, selectors.DefaultSelector() as ready:
        for _ in range(count):
            client = opened.enter_context(socket.create_connection((HOST, trainer.port)))
            client.sendall(f"GET /jobs/{job}/events HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            ready.register(client, selectors.EVENT_READ)
        reading = threading.Thread(target=_read, args=(ready, over))
        reading.start()
        try:
            yield
        finally:
            over.set()
            reading.join()


def _read(ready: selectors.BaseSelector, over: threading.Event) -> None:
    while not over.wait(0) and ready.get_map():
        for key, _ in ready.select(0.1):
            if not key.fileobj.recv(BLOCK):  # the service has told everything
                ready.unregister(key.fileobj)
    over.wait()


def _bare(settings: FitSettings, run: Path) -> float:
    ended = subprocess_run.run_with_timeout(
        [PROGRAM, "fit", *words_of(settings), f"--run={run}", "--progress=json"], ROOT, LONGEST
    )
    if ended is None or ended.code:
        raise LoadFailed(f"Expected a fit that ends well. Received: {ended and ended.talk[-300:]}")
    events = map(json.loads, filter(None, ended.output.splitlines()))
    return _steady([event["seconds"] for event in events if event["event"] == "epoch"])


def _steady(ends: list[float]) -> float:
    return ends[-1] - ends[0]


def cost(found: Turns, kind: str, beside: str) -> float:
    """How much more one takes than another, as a share: the median over rounds, each of which is a pair."""
    return statistics.median(one / other for one, other in zip(found[kind], found[beside], strict=True)) - 1


def overhead_table(found: Turns, job: str) -> Table:
    """Seconds and ratios. job: which fit it is, in words."""
    bare = Samples.of(found["bare"])
    names = {"bare": "limit: `trainer fit`", "job": "job", "watched": f"job with {WATCHERS} watchers"}
    rows = [
        (
            name,
            str(seconds := Samples.of(found[kind])),
            format_ratio(seconds.median, bare.median),
            f"{cost(found, kind, 'bare'):+.1%}",
        )
        for kind, name in names.items()
    ]
    return Table(("fit", "seconds", "ours / bare", "median of the pairs"), rows, f"Overhead: {job}")


def overhead_verdicts(found: Turns) -> Iterator[str]:
    """Whether a job, and watching it, cost little enough."""
    own, watched = cost(found, "job", "bare"), cost(found, "watched", "job")
    yield target_note(own < TARGETS["job"], f"A job takes {own:+.1%} of the bare fit's time. Target: under 3 %")
    yield target_note(watched < TARGETS["watched"], f"{WATCHERS} watchers cost it {watched:+.1%}. Target: under 2 %")
