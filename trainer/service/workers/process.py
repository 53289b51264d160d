"""Child: a process of ours that does tasks, as the service sees it."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from typing import Any

from trainer.service.errors import TaskError, WorkerFailed, WorkerTimeout
from trainer.service.workers.ipc import read_message, write_message

PROGRAM = (sys.executable, "-m", "trainer.service.workers.main")

PATIENCE = 30.0
"""Seconds that a fit gets to answer between two steps; a step takes milliseconds, an epoch's validation a second or two."""

Said = dict[str, Any]


class WorkerProcess:
    """Does tasks. Its events go to `listener`, from a thread of the child's own, which calls `ended` at the end."""

    def __init__(self, environment: Mapping[str, str], ended: Callable[["WorkerProcess"], object]):
        self.listener: Callable[[Said], object] = lambda _: None
        self.ended, self.reason = ended, ""
        self.pending: dict[int, Future] = {}
        self.calls = 0
        self.lock = threading.Lock()
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 as long as the child
        self.process = subprocess.Popen(  # noqa: S603 ourselves
            PROGRAM,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            process_group=0,  # Ctrl-C reaches the service alone, which ends its children itself
        )
        threading.Thread(target=self._hear, name=f"child {self.process.pid}", daemon=True).start()

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def alive(self) -> bool:
        """Whether it still takes calls."""
        return self.process.poll() is None and not self.reason

    @property
    def busy(self) -> bool:
        """Whether it has not answered everything yet."""
        return bool(self.pending)

    def call(self, do: str, **words: Any) -> Future:
        """Have a task done. The future gives (value, body); it raises Told, or ChildFailed where the process ends before."""
        future: Future = Future()
        with self.lock:
            if self.process.poll() is not None:
                future.set_exception(WorkerFailed(self.why()))
                return future
            self.calls += 1
            number = self.calls
            self.pending[number] = future
            with suppress(OSError):  # it has just ended: the thread that hears it answers all that is pending
                write_message(self.process.stdin, {"call": number, "do": do, **words})
        return future

    def ask(self, do: str, seconds: float = PATIENCE, **words: Any) -> tuple[Any, bytes]:
        """Have a task done and wait for the answer. Raises Told, ChildFailed or TooSlow."""
        try:
            return self.call(do, **words).result(seconds)
        except NotYet as error:
            raise WorkerTimeout(f"Expected an answer within {seconds:.0f} s. Received none yet: try again.") from error

    def end(self, reason: str) -> None:
        """End the process at once; `reason` is what those hear who wait for it."""
        self.reason = self.reason or reason
        if self.process.poll() is None:
            self.process.kill()

    def why(self) -> str:
        """Why the process ended, in a sentence."""
        if self.reason:
            return self.reason
        code = self.process.wait()
        if code < 0:
            memory = ", which is also how the system ends what takes too much memory" if code == -signal.SIGKILL else ""
            return f"Expected the job's process to last. Received {signal.Signals(-code).name}{memory}."
        self.errors.seek(0)
        last = (self.errors.read().decode(errors="replace").strip().splitlines() or [f"exit status {code}"])[-1]
        return f"Expected the job's process to last. Received: {last:.300}"

    def _hear(self) -> None:
        while frame := read_message(self.process.stdout):
            said, body = frame
            if "event" in said:
                self.listener(said["event"])
                continue
            future = self.pending.pop(said["answer"])
            if "error" in said:
                future.set_exception(TaskError(**said["error"]))
            else:
                future.set_result((said["value"], body))
        self.process.wait()
        with self.lock:
            self.reason = self.why()
            with suppress(OSError):
                self.process.stdin.close()
        self.process.stdout.close()
        self.errors.close()
        for number in list(self.pending):
            self.pending.pop(number).set_exception(WorkerFailed(self.reason))
        self.ended(self)
