"""Children: fits in processes of their own, so that one that crashes or runs out of memory loses only itself."""

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

from inkling.errors import BadInput
from trainer.runs.run import Run
from trainer.settings import DECLARED, LISTS, NONE, FitSettings

PROGRAM = (sys.executable, "-c", "from trainer.cli.main import main; main(prog_name='trainer')")

SHARED_GPU = {"TF_FORCE_GPU_ALLOW_GROWTH": "true", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
"""For several at once: on a GPU, each would otherwise take all of the memory for itself."""

ON_TENSORFLOW = {"KERAS_BACKEND": "tensorflow"}
"""For an export, which runs on nothing else."""

LOOK = 0.5
"""Seconds between two looks whether everything is to be stopped."""


@dataclass(frozen=True)
class Task:
    """A fit that is to be done, and the folder of its run. exported: whether its model is wanted, too, beside the folder."""

    settings: FitSettings
    path: Path
    exported: bool = False

    @property
    def model(self) -> Path:
        """Where the exported model goes."""
        return self.path.parent / f"{self.path.name}.onnx"


def words_of(settings: FitSettings) -> list[str]:
    """Settings as words of a command line: those that `trainer fit` makes the same settings of."""
    words = []
    for name in DECLARED:
        value = getattr(settings, name)
        values = value if name in LISTS else [value]
        if name == "outliers" and not values:
            values = [NONE]
        words += [f"--{name.replace('_', '-')}={each}" for each in values]
    return words


def check_tasks(tasks: Sequence[Task]) -> None:
    """Raise BadInput where a task's folder holds a run of other settings."""
    for task in tasks:
        if not _begun(task):
            Run.check_free(task.path)
        elif Run(task.path).settings != task.settings:
            raise BadInput(f"Expected a run with the settings asked for in {task.path}. Received others: choose another --run.")


def is_done(task: Task) -> bool:
    """Whether a run has all of its epochs: one that Ctrl-C ended is finished, but not done."""
    run = Run(task.path)
    return run.finished and len(run.history()) >= task.settings.epochs


class Children:
    """Does tasks, several at once. What is done stays, what was begun goes on."""

    def __init__(self, jobs: int, stopped: Callable[[], bool], tell: Callable[[str], None]):
        """stopped: asked twice a second; `tell` gets lines of progress, from any thread."""
        self.jobs, self.stopped, self.tell = jobs, stopped, tell
        self.running: set[subprocess.Popen] = set()
        self.lock = threading.Lock()

    def do(self, tasks: Sequence[Task]) -> dict[Path, str]:
        """Do tasks, and return for each that failed why. Once `stopped` says true, what runs is ended with its weights kept."""
        failures: dict[Path, str] = {}
        with ThreadPoolExecutor(self.jobs) as pool:
            left = {pool.submit(self._do_one, task): task for task in tasks}
            try:
                told = False
                while left:
                    done, _ = wait(left, timeout=LOOK)
                    for future in done:
                        why, task = future.result(), left.pop(future)
                        if why:
                            failures[task.path] = why
                    if self.stopped() and not told:
                        told = True
                        self._signal(signal.SIGINT)
            except BaseException:
                self.stopped = lambda: True  # no other is begun
                self._signal(signal.SIGKILL)
                raise
        return failures

    def _do_one(self, task: Task) -> str | None:
        """Fit and export, as far as that was not done yet. Returns why it failed."""
        name, run = task.path.name, Run(task.path)
        if not is_done(task):
            if _begun(task):
                words = ["fit", f"--resume={task.path}"]
            else:
                words = ["fit", *words_of(task.settings), f"--run={task.path}"]
            why = self._start(name, [*words, "--progress=json"], {})
            if why or self.stopped():
                return why
        if task.exported and _older(task.model, run.file("best.npz")):
            return self._start(name, ["export", str(task.path), f"--out={task.model}"], ON_TENSORFLOW)
        return None

    def _start(self, name: str, words: list[str], environment: dict[str, str]) -> str | None:
        """Run `trainer` with some words to its end; return why it failed."""
        environment = (SHARED_GPU if self.jobs > 1 else {}) | os.environ | environment
        with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
            with self.lock:
                if self.stopped():
                    return "stopped"
                child = subprocess.Popen(  # noqa: S603 — ourselves
                    [*PROGRAM, *words],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    text=True,
                    process_group=0,  # Ctrl-C reaches the parent alone, which passes it on once
                )
                self.running.add(child)
            with child:
                for line in child.stdout:
                    if line.startswith("{"):
                        self._pass_on(name, json.loads(line))
            with self.lock:
                self.running.discard(child)
            errors.seek(0)
            return _why(child.returncode, errors.read())

    def _pass_on(self, name: str, event: dict) -> None:
        if event["event"] == "epoch":
            self.tell(
                f"{name}  epoch {event['epoch']}/{event['epochs']}  "
                f"validation {event['validation_loss']:.4f} {event['validation_accuracy']:.2%}  {event['seconds']:.0f} s"
            )

    def _signal(self, number: signal.Signals) -> None:
        with self.lock:
            for child in self.running:
                child.send_signal(number)


def _begun(task: Task) -> bool:
    return (task.path / "settings.json").exists()


def _older(file: Path, than: Path) -> bool:
    return not file.exists() or file.stat().st_mtime < than.stat().st_mtime


def _why(code: int, errors: str) -> str | None:
    """Why a process failed, in a sentence; None where it did not."""
    if code == 0:
        return None
    if code < 0:
        memory = ", which is also how the system ends what takes too much memory" if code == -signal.SIGKILL else ""
        return f"ended by {signal.Signals(-code).name}{memory}"
    last = (errors.strip().splitlines() or [f"exit {code}"])[-1]
    return last.split(": ", 1)[1] if last.startswith("trainer ") else last
