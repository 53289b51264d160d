"""Event logs of jobs. A file holds the event stream exactly as it is sent, so that a client costs one copy of bytes.

Each event is "id: 7\\nevent: batch\\ndata: {…}\\n\\n" (WHATWG HTML, server-sent events). IDs count from 1 without gaps, also
when a job is resumed.
"""

import logging
import os
import re
import threading
import time
import weakref
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

END = b"\n\n"
THROTTLED_INTERVAL = 1.0
"""Seconds between two batch events once a log has reached its size limit."""

EPOCH = re.compile(rb"^id: [0-9]+\nevent: epoch\ndata: (.*)$", re.MULTILINE)

BULKY = ("confusion_matrix", "per_class", "mistakes", "layers")
"""Fields of an epoch event that are only in the event stream."""

log = logging.getLogger(__name__)


class EventLog:
    """The events of one job. Thread-safe. is_complete: whether no more events will follow."""

    def __init__(self, path: Path, max_bytes: int, on_append: Callable[[], object]):
        """max_bytes: size from which batch events are throttled. on_append: called after every event."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.max_bytes, self.on_append = max_bytes, on_append
        self.lock = threading.Lock()
        self.last_batch = 0.0
        self.is_complete = False
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        weakref.finalize(self, os.close, self.descriptor)
        self.ends, self.size = _find_ends(path.read_bytes())

    def __len__(self) -> int:
        return len(self.ends)

    def append(self, event: dict[str, Any]) -> None:
        """Append an event under the next ID. If the disk is full, the event is lost, but no ID."""
        kind, now = event["event"], time.monotonic()
        if kind == "batch" and self.size > self.max_bytes:
            if now - self.last_batch < THROTTLED_INTERVAL:
                return
            self.last_batch = now
        with self.lock:
            block = b"id: %d\nevent: %s\ndata: %s\n\n" % (len(self.ends) + 1, kind.encode(), orjson.dumps(event))
            try:
                written = os.pwrite(self.descriptor, block, self.size)
            except OSError as error:
                log.error("event lost: %s", error.strerror)
                return
            if written < len(block):  # the next event overwrites the partial one
                log.error("event lost: no space left on the disk")
                return
            self.size += written
            self.ends.append(self.size)
        self.on_append()

    def complete(self) -> None:
        """Mark the log as complete."""
        self.is_complete = True
        self.on_append()

    def offset_after(self, event_id: int) -> int:
        """Byte offset of the first event after an ID; ID 0 is before the first. Raises IndexError for an unknown ID."""
        if not 0 <= event_id <= len(self.ends):
            raise IndexError(event_id)
        return self.ends[event_id - 1] if event_id else 0

    def read_epochs(self) -> list[dict[str, Any]]:
        """The epoch events in order. An epoch that was repeated after a crash is returned once."""
        events = (orjson.loads(found[1]) for found in EPOCH.finditer(self.read(0, self.size)))
        rows = {event["epoch"]: {name: value for name, value in event.items() if name not in BULKY} for event in events}
        return list(rows.values())

    def read(self, offset: int, max_bytes: int) -> bytes:
        """At most `max_bytes` bytes from an offset on."""
        return os.pread(self.descriptor, min(max_bytes, self.size - offset), offset)


class EventLogs:
    """The event logs of all jobs, one shared object per job, in a folder apart from the run folders, which may be deleted.

    on_append: called after every event of any log.
    """

    def __init__(self, folder: Path, max_bytes: int):
        self.folder, self.max_bytes = folder, max_bytes
        self.lock = threading.Lock()
        self.logs: weakref.WeakValueDictionary[str, EventLog] = weakref.WeakValueDictionary()
        self.on_append: Callable[[], object] = lambda: None

    def get(self, job_id: str) -> EventLog:
        """The log of a job."""
        with self.lock:
            found = self.logs.get(job_id)
            if found is None:
                found = EventLog(self.folder / f"{job_id}.events", self.max_bytes, lambda: self.on_append())
                self.logs[job_id] = found
            return found


def _find_ends(text: bytes) -> tuple[array, int]:
    """Offset after each complete event, and the last of them; what follows was cut off by a crash and is overwritten."""
    ends, offset = array("Q"), 0
    while (found := text.find(END, offset)) >= 0:
        offset = found + len(END)
        ends.append(offset)
    return ends, offset
