"""The program of a worker process: runs one task at a time and handles commands to the running fit meanwhile.

The service writes requests to standard input, {"request": n, "task": name, …} or {"cancel": n}, and reads
{"response": n, "value" or "error": …} and {"event": …} from standard output. When the service closes the pipe, the worker
exits; a fit can be resumed from its last complete epoch.
"""

import errno
import logging
import os
import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import IO, Any

from inkling.distribution import extra
from inkling.errors import InklingError
from trainer.service.jobs.control import Command, fit_commands
from trainer.service.workers.ipc import Message, read_message, write_message
from trainer.training.control import FitControl

TASKS = "trainer.service.workers.tasks"
NAMES = ("describe", "fit", "predictions", "publish", "publish_lesson", "samples", "snapshot", "split", "warm")
"""The modules of that package, each with a function `run`."""

TOO_LATE = {"status": 409, "code": "conflict", "message": "The job has already ended."}
"""The answer to a command that arrives after its fit has ended."""

CANCELLED = {"status": 503, "code": "worker_timeout", "message": "The task waited too long and was dropped."}
"""The answer to a task that its sender stopped waiting for."""

log = logging.getLogger(__name__)


class TaskRunner:
    """The process as its tasks see it. commands: what the running fit accepts, by name; control: of that fit."""

    def __init__(self, requests: IO[bytes], responses: IO[bytes]):
        self.requests, self.responses = requests, responses
        self.lock = threading.Lock()
        self.waiting: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.cancelled: set[int] = set()
        self.commands: dict[str, Command] = {}
        self.control: FitControl | None = None
        self.command_threads = ThreadPoolExecutor(4)

    @property
    def has_waiting_tasks(self) -> bool:
        """Whether another task waits for the current one."""
        return not self.waiting.empty()

    def send_event(self, event: Message) -> None:
        """Send an event of the current task to the service."""
        self._send({"event": event})

    def run(self) -> None:
        """Run tasks until the service closes the pipe."""
        threading.Thread(target=self._read_requests, daemon=True).start()
        while True:
            request = self.waiting.get()
            if request["request"] in self.cancelled:
                self.cancelled.discard(request["request"])
                self._send({"response": request["request"], "error": CANCELLED})
                continue
            self._answer(request, import_module(f"{TASKS}.{request['task']}").run)

    def _read_requests(self) -> None:
        while received := read_message(self.requests):
            request, _ = received
            if "cancel" in request:
                self.cancelled.add(request["cancel"])
                continue
            task = request["task"]
            if task in self.commands:
                self.command_threads.submit(self._answer, request, self.commands[task])
                continue
            if task not in NAMES:
                self._send({"response": request["request"], "error": TOO_LATE})
                continue
            if task == "fit":
                self.control, self.commands = fit_commands(request["settings"])
            self.waiting.put(request)
        os._exit(0)

    def _answer(self, request: Message, call: Callable[..., Any]) -> None:
        arguments = {name: value for name, value in request.items() if name not in ("request", "task")}
        try:
            value = call(self, **arguments)
        except Exception as error:  # the service must learn of every failure
            self._send({"response": request["request"], "error": _error_fields(error)})
        else:
            body = value.pop("body", b"") if isinstance(value, dict) else b""
            self._send({"response": request["request"], "value": value}, body)

    def _send(self, message: Message, body: bytes = b"") -> None:
        with self.lock:
            try:
                write_message(self.responses, message, body)
            except BrokenPipeError:
                os._exit(0)


def _error_fields(error: Exception) -> dict[str, Any]:
    """status, code and message of an exception, for TaskError."""
    if isinstance(error, InklingError):
        return {"status": error.status, "code": error.code, "message": str(error)}
    if isinstance(error, OSError):
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        message = f"Cannot read or write {error.filename or 'a file'}: {error.strerror or error}."
        return {"status": 507 if is_full else 500, "code": "disk_full" if is_full else "unreadable", "message": message}
    if isinstance(error, ModuleNotFoundError):
        message = f"The package {error.name} is not installed. Install {extra('trainer')}, or run `make setup`."
        return {"status": 500, "code": "not_installed", "message": message}
    log.error("task failed", exc_info=error)
    return {"status": 500, "code": "internal_error", "message": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Take over the pipes, so that what libraries print goes to standard error."""
    requests, responses = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    TaskRunner(requests, responses).run()


if __name__ == "__main__":
    main()
