"""ModelWatcher: hot reload. A thread that loads models when their files change, and follows their traffic shares."""

import logging
from threading import Event, Thread

from inkling.service.malloc import trim_heap
from server.observability.metrics import Metrics
from server.services.file_signatures import FileSignature, file_signatures
from server.services.model_registry import ModelRegistry

log = logging.getLogger(__name__)

SCAN_SECONDS = 0.5
"""Interval between two scans of the folder, of about 30 µs each. A changed file is loaded once two scans find the same
signature, because a file that is being copied grows for a while. A new version is therefore served after one second."""


class ModelWatcher(Thread):
    """Scans the model folder periodically. Requests are answered meanwhile and never wait for it."""

    def __init__(self, models: ModelRegistry, metrics: Metrics):
        super().__init__(name="model-watcher", daemon=True)
        self.models, self.metrics = models, metrics
        self.last_scan: dict[str, FileSignature] = models.signatures
        self.is_readable = True
        self.has_changed = False
        self.stop_event = Event()

    def run(self) -> None:
        """Scan until `stop` is called."""
        while not self.stop_event.wait(SCAN_SECONDS):
            if self.has_changed:  # in the last scan: by now no request uses the old model any more
                trim_heap()
            self.has_changed = self.scan()

    def stop(self) -> None:
        """Stop, after a model that is being loaded."""
        self.stop_event.set()
        self.join()

    def scan(self) -> bool:
        """Load changed files, unload deleted ones, and read changed traffic shares. Returns whether there were any."""
        loaded = self.models.signatures  # before the folder is read, because a rollback may change both meanwhile
        try:
            found = file_signatures(self.models.folder)
        except OSError as error:
            if self.is_readable:
                log.warning("cannot read the model folder; the loaded models remain in use: %s", error)
            self.is_readable = False
            return False
        self.is_readable = True
        changed = [
            name
            for name in sorted(found.keys() | loaded.keys())
            if found.get(name) != loaded.get(name) and found.get(name) == self.last_scan.get(name)
        ]
        for name in changed:
            (self.models.load if name in found else self.models.unload)(self.models.folder / name)
        self.last_scan = found
        if changed:
            self.metrics.set_ready(self.models)
        has_new_traffic = self.models.refresh_traffic()
        return bool(changed) or has_new_traffic
