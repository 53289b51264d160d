"""Parallel fits, each in its own process: one that crashes or runs out of memory doesn't affect the others."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from inkling.errors import InvalidInput
from trainer.runs.run import Run
from trainer.settings import LIST_SETTINGS, NO_OUTLIERS, SETTING_FIELDS, FitSettings, option_name

PROGRAM = (sys.executable, "-c", "from trainer.cli.main import main; main(prog_name='trainer')")

SHARED_GPU = {"TF_FORCE_GPU_ALLOW_GROWTH": "true", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
"""For several fits at once: otherwise each would allocate all of the GPU's memory."""

ON_TENSORFLOW = {"KERAS_BACKEND": "tensorflow"}
"""For an export, which needs this backend."""

POLL_SECONDS = 0.5
"""Interval at which the stop request is checked."""


@dataclass(frozen=True)
class FitTask:
    """A fit to run and the path of its run folder. exported: whether to export the model too, next to the folder."""

    settings: FitSettings
    path: Path
    exported: bool = False

    @property
    def model(self) -> Path:
        """Path of the exported model."""
        return self.path.parent / f"{self.path.name}.onnx"


def to_cli_arguments(settings: FitSettings) -> list[str]:
    """Return the arguments with which `trainer fit` has these settings."""
    arguments = []
    for name in SETTING_FIELDS:
        value = getattr(settings, name)
        values = value if name in LIST_SETTINGS else [value]
        if name == "outliers" and not values:
            values = [NO_OUTLIERS]
        arguments += [f"{option_name(name)}={each}" for each in values]
    return arguments


def check_run_folders(tasks: Sequence[FitTask]) -> None:
    """Raise InvalidInput if the folder of a task contains a run with other settings."""
    for task in tasks:
        if not _is_started(task):
            Run.check_free(task.path)
        elif Run(task.path).settings != task.settings:
            raise InvalidInput(f"{task.path} contains a run with other settings: choose another --run.")


def is_complete(task: FitTask) -> bool:
    """Whether a run has all of its epochs, or stopped early; one that was stopped by Ctrl-C is finished, but not complete."""
    run = Run(task.path)
    if not run.finished:
        return False
    history, settings = run.history(), task.settings
    best = max((row["epoch"] for row in history if row["best"]), default=0)
    return len(history) >= settings.epochs or len(history) - best >= (settings.patience or settings.epochs)


class ParallelFits:
    """Runs several fits at a time. Complete ones are skipped and interrupted ones resumed."""

    def __init__(self, jobs: int, is_stopped: Callable[[], bool], report: Callable[[str], None]):
        """is_stopped: polled every POLL_SECONDS. report: gets lines of progress, from any thread."""
        self.jobs, self.is_stopped, self.report = jobs, is_stopped, report
        self.running: set[subprocess.Popen] = set()
        self.lock = threading.Lock()

    def run(self, tasks: Sequence[FitTask]) -> dict[Path, str]:
        """Run tasks; return the reason of each failure. Once `is_stopped`, running fits are stopped and save their weights."""
        failures: dict[Path, str] = {}
        with ThreadPoolExecutor(self.jobs) as pool:
            pending = {pool.submit(self._run_task, task): task for task in tasks}
            try:
                signaled = False
                while pending:
                    done, _ = wait(pending, timeout=POLL_SECONDS)
                    for future in done:
                        reason, task = future.result(), pending.pop(future)
                        if reason:
                            failures[task.path] = reason
                    if self.is_stopped() and not signaled:
                        signaled = True
                        self._signal(signal.SIGINT)
            except BaseException:
                self.is_stopped = lambda: True  # start no other
                self._signal(signal.SIGKILL)
                raise
        return failures

    def _run_task(self, task: FitTask) -> str | None:
        """Fit and export, as far as not done yet; return the reason if it fails."""
        name, run = task.path.name, Run(task.path)
        if not is_complete(task):
            if _is_started(task):
                arguments = ["fit", f"--resume={task.path}"]
            else:
                arguments = ["fit", *to_cli_arguments(task.settings), f"--run={task.path}"]
            reason = self._run_process(name, [*arguments, "--progress=json"], {})
            if reason or self.is_stopped():
                return reason
        if task.exported and _is_older(task.model, run.file("best.npz")):
            return self._run_process(name, ["export", str(task.path), f"--out={task.model}"], ON_TENSORFLOW)
        return None

    def _run_process(self, name: str, arguments: list[str], variables: dict[str, str]) -> str | None:
        """Run `trainer` with some arguments to its end; return the reason if it fails."""
        environment = (SHARED_GPU if self.jobs > 1 else {}) | os.environ | variables
        with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
            with self.lock:
                if self.is_stopped():
                    return "stopped"
                process = subprocess.Popen(  # noqa: S603 — our own program
                    [*PROGRAM, *arguments],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    text=True,
                    process_group=0,  # Ctrl-C reaches this process alone, which forwards it once
                )
                self.running.add(process)
            with process:
                for line in process.stdout or ():
                    if line.startswith("{"):
                        self._report_epoch(name, json.loads(line))
            with self.lock:
                self.running.discard(process)
            errors.seek(0)
            return _failure_reason(process.returncode, errors.read())

    def _report_epoch(self, name: str, event: dict) -> None:
        if event["event"] == "epoch":
            self.report(
                f"{name}  epoch {event['epoch']}/{event['epochs']}  "
                f"val_loss {event['val_loss']:.4f}  val_accuracy {event['val_accuracy']:.2%}  {event['seconds']:.0f} s"
            )

    def _signal(self, number: signal.Signals) -> None:
        with self.lock:
            for process in self.running:
                process.send_signal(number)


def _is_started(task: FitTask) -> bool:
    return (task.path / "settings.json").exists()


def _is_older(file: Path, than: Path) -> bool:
    return not file.exists() or file.stat().st_mtime < than.stat().st_mtime


def _failure_reason(code: int, errors: str) -> str | None:
    """Why a process failed, in a sentence; None if it succeeded."""
    if code == 0:
        return None
    if code < 0:
        out_of_memory = ", possibly by the system because memory ran out" if code == -signal.SIGKILL else ""
        return f"ended by {signal.Signals(-code).name}{out_of_memory}"
    last = (errors.strip().splitlines() or [f"exit {code}"])[-1]
    return last.split(": ", 1)[1] if last.startswith("trainer ") else last
