"""Logs: the event log of each job, one object for whoever writes and watches it."""

import threading
from collections.abc import Callable
from pathlib import Path
from weakref import WeakValueDictionary

from trainer.service.jobs.event_log import EventLog


class EventLogs:
    """Opens event logs, in a folder of their own: a run folder may be deleted, what happened in it has happened.

    bell: called after every event of any log.
    """

    def __init__(self, folder: Path, most: int):
        self.folder, self.most = folder, most
        self.lock = threading.Lock()
        self.open: WeakValueDictionary[str, EventLog] = WeakValueDictionary()
        self.bell: Callable[[], object] = lambda: None

    def of(self, number: str) -> EventLog:
        """The log of a job."""
        with self.lock:
            found = self.open.get(number)
            if found is None:
                found = EventLog(self.folder / f"{number}.events", self.most, lambda: self.bell())
                self.open[number] = found
            return found
