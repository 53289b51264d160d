"""Inside: the program of a child process. It does one task after the other, and hears commands while it does.

The service writes calls to standard input, {"call": n, "do": name, …}, and reads {"answer": n, "value" or "error": …} and
{"event": …} from standard output. Where the service is gone, so is the child: a fit goes on from its last whole epoch.
"""

import errno
import logging
import os
import queue
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import IO, Any

from inkling.errors import InklingError
from trainer.service.jobs.control import steer
from trainer.service.workers.ipc import read_message, write_message

TASKS = "trainer.service.workers.tasks"
NAMES = ("describe", "fit", "predictions", "publish", "publish_lesson", "samples", "snapshot", "split", "warm")
"""The modules of that package, each of which has a function `run`."""

LATE = {"status": 409, "code": "conflict", "message": "Expected a job that is running. Received one that is over."}
"""What a command hears that comes after the fit it was meant for."""

log = logging.getLogger(__name__)


class TaskRunner:
    """What tasks have of their process. steered: what the fit at hand lets be done while it runs, by name."""

    def __init__(self, calls: IO[bytes], answers: IO[bytes]):
        self.calls, self.answers = calls, answers
        self.lock = threading.Lock()
        self.waiting: queue.SimpleQueue[dict] = queue.SimpleQueue()
        self.steered: dict[str, Any] = {}
        self.beside = ThreadPoolExecutor(4)

    @property
    def asked(self) -> bool:
        """Whether another task waits for the one at hand."""
        return not self.waiting.empty()

    def tell(self, event: dict[str, Any]) -> None:
        """Pass an event on."""
        self._say({"event": event})

    def run(self) -> None:
        """Do what is called for, until there is nobody to call."""
        threading.Thread(target=self._hear, daemon=True).start()
        while True:
            call = self.waiting.get()
            self._do(call, import_module(f"{TASKS}.{call['do']}").run)

    def _hear(self) -> None:
        while frame := read_message(self.calls):
            call, _ = frame
            if call["do"] in self.steered:
                self.beside.submit(self._do, call, self.steered[call["do"]])
                continue
            if call["do"] not in NAMES:
                self._say({"answer": call["call"], "error": LATE})
                continue
            if call["do"] == "fit":
                self.controls = steer(self, call["settings"])
            self.waiting.put(call)
        os._exit(0)

    def _do(self, call: dict[str, Any], work: Any) -> None:
        number = call["call"]
        words = {name: value for name, value in call.items() if name not in ("call", "do")}
        try:
            value = work(self, **words)
        except Exception as error:  # whatever it is, the service must hear of it
            self._say({"answer": number, "error": _told(error)})
        else:
            body = value.pop("body", b"") if isinstance(value, dict) else b""
            self._say({"answer": number, "value": value}, body)

    def _say(self, said: dict[str, Any], body: bytes = b"") -> None:
        with self.lock:
            try:
                write_message(self.answers, said, body)
            except BrokenPipeError:
                os._exit(0)


def _told(error: Exception) -> dict[str, Any]:
    if isinstance(error, InklingError):
        return {"status": error.status, "code": error.code, "message": str(error)}
    if isinstance(error, OSError):
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        where = error.filename or "a file"
        message = f"Expected to read or write {where}. Received: {error.strerror or error}."
        return {"status": 507 if full else 500, "code": "disk_full" if full else "unreadable", "message": message}
    if isinstance(error, ModuleNotFoundError):
        message = f"Expected the packages of inkling[trainer]. Received an installation without {error.name}: run make setup."
        return {"status": 500, "code": "not_installed", "message": message}
    log.error("a task failed", exc_info=error)
    return {"status": 500, "code": "internal_error", "message": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Take the pipes, so that whatever a library prints goes to standard error."""
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    TaskRunner(calls, answers).run()


if __name__ == "__main__":
    main()
