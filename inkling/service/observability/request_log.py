"""RequestLog: one line per request on standard output, written by a thread so that no request waits for the reader."""

import logging
import os
import select
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from inkling.service.http.json_provider import dumps
from inkling.service.observability.log_format import is_json, utc_time

log = logging.getLogger(__name__)

FLUSH_SECONDS = 0.2
"""Time between two writes: one system call for many lines."""

MAX_PENDING = 10_000
"""Lines that wait for a slow reader, in all about 5 MB; more are dropped and counted."""

ATOMIC_BYTES = 4_096
"""A write of so many bytes to a pipe is not mixed with those of other processes (POSIX, PIPE_BUF on Linux)."""

ON, OFF = "on", "off"
"""Values of the setting request_log."""

Entry = dict[str, Any]


class LogSettings(Protocol):
    """The settings of a service that decide what it logs."""

    @property
    def log_format(self) -> str: ...
    @property
    def request_log(self) -> str: ...


def open_request_log(settings: LogSettings) -> "RequestLog | None":
    """A log on standard output, in the format of the settings; None if they switch it off."""
    return RequestLog(sys.stdout.fileno(), is_json(settings.log_format, sys.stdout)) if settings.request_log == ON else None


class RequestLog:
    """Writes entries to a file descriptor, as JSON or as text.

    The thread starts with the first entry, so that a worker process may be forked before. `close` writes what is pending.
    """

    def __init__(self, descriptor: int, as_json: bool):
        self.descriptor = descriptor
        self.format: Callable[[Entry], bytes] = format_json if as_json else format_text
        self.pending: deque[Entry] = deque()
        self.dropped = 0
        self.closed = threading.Event()
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None

    def append(self, entry: Entry) -> None:
        """Add an entry; see `format_json`."""
        if len(self.pending) >= MAX_PENDING:
            self.dropped += 1
            return
        self.pending.append(entry)
        if self.thread is None:
            self._start()

    def close(self) -> None:
        """Write the pending lines, waiting at most one second for a slow reader, and end the thread."""
        self.closed.set()
        if self.thread is not None:
            self.thread.join(1.0)

    def _start(self) -> None:
        with self.lock:
            if self.thread is None:
                self.thread = threading.Thread(target=self._run, name="request-log", daemon=True)
                self.thread.start()

    def _run(self) -> None:
        while not self.closed.wait(FLUSH_SECONDS):
            self._flush()
        self._flush()

    def _flush(self) -> None:
        lines = []
        while self.pending:
            entry = self.pending.popleft()
            try:
                lines.append(self.format(entry))
            except Exception:  # one entry must not end the log
                log.exception("cannot log a request")
        if self.dropped:
            lines.append(self.format({"time": time.time(), "level": "warning", "message": f"{self.dropped} lines dropped"}))
            self.dropped = 0
        try:
            for block in join_lines(lines):
                write_all(self.descriptor, block)
        except OSError:  # the reader is gone; requests go on
            self.pending.clear()


def join_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join lines to blocks of at most ATOMIC_BYTES, or of one longer line."""
    block = b""
    for line in lines:
        if block and len(block) + len(line) > ATOMIC_BYTES:
            yield block
            block = b""
        block += line
    if block:
        yield block


def write_all(descriptor: int, data: bytes) -> None:
    """Write data completely, waiting for the reader if necessary. Raises OSError."""
    while data:
        try:
            data = data[os.write(descriptor, data) :]
        except BlockingIOError:  # the descriptor is non-blocking, and its pipe is full
            select.select([], [descriptor], [])


def format_json(entry: Entry) -> bytes:
    """An entry as a line of JSON. Its time is in seconds since the epoch; values that are None are left out."""
    shown = {name: value for name, value in entry.items() if value is not None}
    return dumps(shown | {"time": utc_time(entry["time"])}) + b"\n"


def format_text(entry: Entry) -> bytes:
    """An entry as a line for people: local time, request, status, duration, model and labels, or the error's code."""
    clock = time.strftime("%H:%M:%S", time.localtime(entry["time"]))
    if "method" not in entry:
        return f"{clock} {entry['message']}\n".encode()
    target = entry.get("path") or entry["route"]
    words = [clock, entry["method"], ascii(target)[1:-1], str(entry["status"]), f"{entry['ms']:.1f} ms"]
    words += [entry["model"] or "", " ".join(entry["labels"] or [])[:100], entry["code"] or ""]
    return (" ".join(word for word in words if word) + "\n").encode()
