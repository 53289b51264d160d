"""A worker process, as the service sees it."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from typing import Any

from inkling.errors import InklingError
from trainer.service.errors import TaskError, WorkerFailed, WorkerTimeout
from trainer.service.workers.ipc import Message, read_message, write_message

PROGRAM = (sys.executable, "-m", "trainer.service.workers.main")

REQUEST_TIMEOUT = 30.0
"""Seconds that a fit has to answer between two steps. A step takes milliseconds, validation after an epoch a second or two."""


class WorkerProcess:
    """Runs tasks in a child process.

    Events of a task go to `listener`. The worker's reader thread calls it, and `on_exit` when the process has ended.
    """

    def __init__(self, environment: Mapping[str, str], on_exit: Callable[["WorkerProcess"], object]):
        self.listener: Callable[[Message], object] = lambda _: None
        self.on_exit, self.reason = on_exit, ""
        self.error: type[InklingError] = WorkerFailed
        self.pending: dict[int, Future] = {}
        self.last_id = 0
        self.lock = threading.Lock()
        self.stderr = tempfile.TemporaryFile()  # noqa: SIM115 closed by the reader thread
        process = subprocess.Popen(  # noqa: S603 our own program
            PROGRAM,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.stderr,
            process_group=0,  # Ctrl-C reaches only the service, which terminates its workers itself
        )
        if process.stdin is None or process.stdout is None:  # never with PIPE
            raise OSError("no pipes")
        self.process, self.stdin, self.stdout = process, process.stdin, process.stdout
        threading.Thread(target=self._read_messages, name=f"worker {self.process.pid}", daemon=True).start()

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process accepts tasks."""
        return self.process.poll() is None and not self.reason

    @property
    def is_busy(self) -> bool:
        """Whether a request is unanswered."""
        return bool(self.pending)

    def submit(self, task: str, **arguments: Any) -> Future:
        """Start a task. The future returns (value, body), or raises TaskError, or WorkerFailed if the process ends first."""
        future: Future = Future()
        with self.lock:
            if self.process.poll() is not None:
                future.set_exception(WorkerFailed(self.exit_reason()))
                return future
            self.last_id += 1
            self.pending[self.last_id] = future
            with suppress(OSError):  # the process has just ended: the reader thread fails every pending future
                write_message(self.stdin, {"request": self.last_id, "task": task, **arguments})
        return future

    def request(self, task: str, timeout: float = REQUEST_TIMEOUT, **arguments: Any) -> tuple[Any, bytes]:
        """Run a task and wait at most `timeout` seconds for (value, body). Raises TaskError, WorkerFailed or WorkerTimeout."""
        future = self.submit(task, **arguments)
        try:
            return future.result(timeout)
        except FutureTimeout as error:
            self._cancel(future)
            raise WorkerTimeout(f"The worker process did not answer within {timeout:.0f} s. Try again.") from error

    def _cancel(self, future: Future) -> None:
        """Drop a task that nobody waits for any more, unless the process has started it."""
        with self.lock:
            for number, pending in list(self.pending.items()):
                if pending is future:
                    with suppress(OSError, ValueError):  # the process has just ended, and its pipe is closed
                        write_message(self.stdin, {"cancel": number})
                    return

    def terminate(self, reason: str, error: type[InklingError] = WorkerFailed) -> None:
        """Kill the process. Pending requests fail with this error and `reason`."""
        if not self.reason:
            self.reason, self.error = reason, error
        if self.process.poll() is None:
            self.process.kill()

    def exit_reason(self) -> str:
        """Why the process ended, in one sentence."""
        if self.reason:
            return self.reason
        code = self.process.wait()
        if code < 0:
            hint = " The system kills a process with SIGKILL when memory runs out." if code == -signal.SIGKILL else ""
            return f"The job's process was ended by {signal.Signals(-code).name}.{hint}"
        self.stderr.seek(0)
        last_line = (self.stderr.read().decode(errors="replace").strip().splitlines() or [f"exit status {code}"])[-1]
        return f"The job's process ended: {last_line:.300}"

    def _read_messages(self) -> None:
        while received := read_message(self.stdout):
            message, body = received
            if "event" in message:
                self.listener(message["event"])
                continue
            future = self.pending.pop(message["response"])
            if "error" in message:
                future.set_exception(TaskError(**message["error"]))
            else:
                future.set_result((message["value"], body))
        self.process.wait()
        with self.lock:
            self.reason = self.exit_reason()
            with suppress(OSError):
                self.stdin.close()
        self.stdout.close()
        self.stderr.close()
        for request in list(self.pending):
            self.pending.pop(request).set_exception(self.error(self.reason))
        self.on_exit(self)
