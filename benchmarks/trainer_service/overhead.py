"""Overhead: the duration of a job next to `trainer fit` with the same settings, and the cost of twenty event streams.

Durations are those that the fits report, from the end of the first epoch, when everything is compiled, to that of the last.
"""

import json
import selectors
import socket
import statistics
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.harness.load import LoadFailed
from benchmarks.harness.report_section import Table, format_ratio, target_note
from benchmarks.harness.request import HOST
from benchmarks.harness.server_process import ROOT
from benchmarks.harness.subprocess_run import run_with_timeout
from benchmarks.harness.timing import Samples
from benchmarks.trainer_service.trainer_client import PROGRAM, TrainerClient
from trainer.experiments.parallel_fits import to_cli_arguments
from trainer.settings import FitSettings

STREAMS = 20
TARGETS = {"job": 0.03, "streamed": 0.02}
TIMEOUT_SECONDS = 600
BLOCK_BYTES = 1 << 16

Durations = dict[str, list[float]]
"""Seconds by kind: fit (`trainer fit`), job, streamed (a job with event streams)."""


def run_interleaved(trainer: TrainerClient, settings: FitSettings, folder: Path, rounds: int) -> tuple[Durations, str]:
    """Run a fit, a job and a job with event streams per round. Returns durations and the ID of the last job."""
    durations: Durations = {"fit": [], "job": [], "streamed": []}
    for number in range(rounds):
        durations["fit"].append(_run_fit(settings, folder / f"fit-{number}"))
        for kind in ("job", "streamed"):
            trainer.wait_until_warm()
            job = trainer.submit(settings.to_dict())
            with event_streams(trainer, job, STREAMS if kind == "streamed" else 0):
                trainer.wait_until_over(job)
            durations[kind].append(_duration(trainer.events(job)))
    return durations, job


@contextmanager
def event_streams(trainer: TrainerClient, job: str, count: int) -> Iterator[None]:
    """Read a job's events over `count` connections, in one thread, until the block ends."""
    stopped = threading.Event()
    with ExitStack() as opened, selectors.DefaultSelector() as selector:
        for _ in range(count):
            client = opened.enter_context(socket.create_connection((HOST, trainer.port)))
            client.sendall(f"GET /jobs/{job}/events HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            selector.register(client, selectors.EVENT_READ)
        reader = threading.Thread(target=_read_streams, args=(selector, stopped))
        reader.start()
        try:
            yield
        finally:
            stopped.set()
            reader.join()


def _read_streams(selector: selectors.BaseSelector, stopped: threading.Event) -> None:
    while not stopped.wait(0) and selector.get_map():
        for key, _ in selector.select(0.1):
            if not key.fileobj.recv(BLOCK_BYTES):  # the service has closed the stream
                selector.unregister(key.fileobj)
    stopped.wait()


def _run_fit(settings: FitSettings, run: Path) -> float:
    command = [PROGRAM, "fit", *to_cli_arguments(settings), f"--run={run}", "--progress=json"]
    try:
        done = run_with_timeout(command, ROOT, TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        raise LoadFailed(f"`trainer fit` did not finish within {TIMEOUT_SECONDS} s.") from None
    if done.returncode:
        raise LoadFailed(f"`trainer fit` failed: {done.stderr[-300:]}")
    return _duration(map(json.loads, filter(None, done.stdout.splitlines())))


def _duration(events: Iterator[dict]) -> float:
    """Seconds from the end of the first epoch to that of the last."""
    ends = [event["seconds"] for event in events if event["event"] == "epoch"]
    return ends[-1] - ends[0]


def overhead(durations: Durations, kind: str, baseline: str) -> float:
    """By what share one kind takes longer than another: the median over rounds, each of which is a pair."""
    pairs = zip(durations[kind], durations[baseline], strict=True)
    return statistics.median(seconds / other for seconds, other in pairs) - 1


def overhead_table(durations: Durations, fit: str) -> Table:
    """Durations and ratios. fit: what is fitted, in words."""
    baseline = Samples.of(durations["fit"])
    names = {"fit": "baseline: `trainer fit`", "job": "job", "streamed": f"job with {STREAMS} event streams"}
    rows = []
    for kind, name in names.items():
        seconds, percent = Samples.of(durations[kind]), f"{overhead(durations, kind, 'fit'):+.1%}"
        rows.append((name, str(seconds), format_ratio(seconds.median, baseline.median), percent))
    return Table(("fit", "seconds", "ratio", "median of the pairs"), rows, f"Overhead: {fit}")


def overhead_notes(durations: Durations) -> Iterator[str]:
    """Whether a job and its event streams are cheap enough."""
    job, streams = overhead(durations, "job", "fit"), overhead(durations, "streamed", "job")
    yield target_note(job < TARGETS["job"], "a job takes at most 3% longer than `trainer fit`", f"{job:+.1%}")
    yield target_note(streams < TARGETS["streamed"], f"{STREAMS} event streams add at most 2% to a job", f"{streams:+.1%}")
