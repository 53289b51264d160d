"""Events: what a job told, in a file that holds the stream as it is sent, so that watchers cost a copy of bytes.

Each event is "id: 7\nevent: batch\ndata: {…}\n\n" (WHATWG HTML, server-sent events). IDs count from 1, without a gap, over
all sittings of a job.
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
THIN_SECONDS = 1.0
"""Between two steps that are told, once a log is large."""

EPOCH = re.compile(rb"^id: [0-9]+\nevent: epoch\ndata: (.*)$", re.MULTILINE)

BULKY = ("confusion", "per_class", "mistakes", "layers")
"""Of an epoch, what stays in the stream of events alone."""

log = logging.getLogger(__name__)


class EventLog:
    """One job's events. Any thread may append and read. over: whether nothing more will come."""

    def __init__(self, place: Path, most: int, changed: Callable[[], object]):
        """most: bytes from which on steps are told once a second. changed: called after every event."""
        place.parent.mkdir(parents=True, exist_ok=True)
        self.most, self.changed = most, changed
        self.lock = threading.Lock()
        self.last_batch = 0.0
        self.over = False
        self.descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        weakref.finalize(self, os.close, self.descriptor)
        self.ends, self.size = _ends(place.read_bytes())

    def __len__(self) -> int:
        return len(self.ends)

    def append(self, event: dict[str, Any]) -> None:
        """Add an event; its ID is the next. Where the disk is full it is lost, and no ID with it."""
        kind, now = event["event"], time.monotonic()
        if kind == "batch" and self.size > self.most:
            if now - self.last_batch < THIN_SECONDS:
                return
            self.last_batch = now
        with self.lock:
            block = b"id: %d\nevent: %s\ndata: %s\n\n" % (len(self.ends) + 1, kind.encode(), orjson.dumps(event))
            try:
                written = os.pwrite(self.descriptor, block, self.size)
            except OSError as error:
                log.error("an event was lost: %s", error.strerror)
                return
            if written < len(block):  # what is there of it is written over by the next
                log.error("an event was lost: no room on the disk")
                return
            self.size += written
            self.ends.append(self.size)
        self.changed()

    def close(self) -> None:
        """Nothing more will come."""
        self.over = True
        self.changed()

    def after(self, number: int) -> int:
        """Where the events after an ID begin, in bytes; ID 0 is before the first. Raises IndexError for one that is not."""
        if not 0 <= number <= len(self.ends):
            raise IndexError(number)
        return self.ends[number - 1] if number else 0

    def epochs(self) -> list[dict[str, Any]]:
        """The epochs told so far, in order. One that was told twice, as a crash came between it and its state, counts once."""
        told = (orjson.loads(found[1]) for found in EPOCH.finditer(self.read(0, self.size)))
        rows = {event["epoch"]: {name: value for name, value in event.items() if name not in BULKY} for event in told}
        return list(rows.values())

    def read(self, begin: int, most: int) -> bytes:
        """At most so many bytes from a place on."""
        return os.pread(self.descriptor, min(most, self.size - begin), begin)


def _ends(text: bytes) -> tuple[array, int]:
    """Where each whole event ends, and the last of them: what a power cut left of another one is written over."""
    ends, place = array("Q"), 0
    while (found := text.find(END, place)) >= 0:
        place = found + len(END)
        ends.append(place)
    return ends, place
