"""DatasetStatistics: reads datasets in the background, one after the other, and remembers what it has found."""

import json
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkling.errors import InklingError
from trainer.io.atomic import replace_file
from trainer.service.errors import WorkerTimeout
from trainer.service.workers.pool import WorkerPool

log = logging.getLogger(__name__)

READ_TIMEOUT = 300.0
"""Seconds after which reading one dataset is given up, so that it does not keep others waiting for ever."""

Statistics = dict[str, Any]


@dataclass(frozen=True)
class CatalogEntry:
    """A dataset. signature: changes whenever its files change.

    is_volatile: it may change at any time and is read each time; its signature is the time, as a string that sorts.
    """

    name: str
    spec: str
    signature: str
    is_volatile: bool = False


class DatasetStatistics:
    """The number of images of each label in datasets. Thread-safe.

    Each version of a dataset is read once: its statistics are stored in a file, and why it cannot be used is remembered until
    the process ends. A worker process reads, so that a dataset that takes too much memory or time harms only itself.

    lasting, volatile: spec -> the signature and the statistics.
    """

    def __init__(self, path: Path, pool: WorkerPool):
        self.path, self.pool = path, pool
        stored = json.loads(path.read_text("utf-8")) if path.exists() else {}
        self.lasting = {spec: (each["signature"], {"problem": None} | each["statistics"]) for spec, each in stored.items()}
        self.volatile: dict[str, tuple[str, Statistics]] = {}
        self.queue: list[CatalogEntry] = []
        self.reading: CatalogEntry | None = None
        self.changed = threading.Condition()

    def find(self, entries: Sequence[CatalogEntry], wait: float) -> list[Statistics]:
        """The statistics of each dataset, waiting at most `wait` seconds for all of them.

        `problem` is None, or says why the dataset cannot be used; then `n` is 0. While it is read, `n` is None.
        """
        with self.changed:
            for entry in entries:
                if self._known(entry) is None and entry != self.reading:
                    self.queue = [*(each for each in self.queue if each.spec != entry.spec), entry]
            if self.queue and self.reading is None:
                self.reading = self.queue.pop(0)
                threading.Thread(target=self._run, args=(self.reading,), name="dataset reader", daemon=True).start()
            self.changed.wait_for(lambda: all(self._known(entry) for entry in entries), wait)
            return [self._known(entry) or self._pending(entry) for entry in entries]

    def read(self, entry: CatalogEntry) -> Statistics:
        """The statistics of a dataset, read now unless they are known. Raises its error, such as InvalidDataset."""
        with self.changed:
            known = self._known(entry)
        return known if known and known["problem"] is None else self._read(entry)

    def _known(self, entry: CatalogEntry) -> Statistics | None:
        signature, statistics = (self.volatile if entry.is_volatile else self.lasting).get(entry.spec, ("", None))
        is_current = signature >= entry.signature if entry.is_volatile else signature == entry.signature
        return statistics if is_current else None

    def _pending(self, entry: CatalogEntry) -> Statistics:
        """What is said of a dataset that is being read: of a volatile one, what was found last."""
        if entry.is_volatile and entry.spec in self.volatile:
            return self.volatile[entry.spec][1]
        return {"n": None, "histogram": None, "problem": "The dataset is still being read. Try again."}

    def _run(self, entry: CatalogEntry | None) -> None:
        """Read a dataset, and then all that are queued."""
        while entry is not None:
            statistics = self._describe(entry)
            with self.changed:
                (self.volatile if entry.is_volatile else self.lasting)[entry.spec] = entry.signature, statistics
                if statistics["problem"] is None and not entry.is_volatile:
                    self._store()
                entry = self.reading = self.queue.pop(0) if self.queue else None
                self.changed.notify_all()

    def _describe(self, entry: CatalogEntry) -> Statistics:
        """The statistics of a dataset, or the reason why there are none."""
        try:
            return {"problem": None} | self._read(entry)
        except InklingError as error:
            problem = str(error)
        except Exception:  # such as no memory for another process: the next dataset must still be read
            log.exception("cannot read the dataset %r", entry.spec)
            problem = "The dataset cannot be read; see the log of the trainer service."
        return {"n": 0, "histogram": {}, "problem": problem}

    def _read(self, entry: CatalogEntry) -> Statistics:
        worker = self.pool.data_worker("describe")
        try:
            statistics: Statistics = worker.request("describe", READ_TIMEOUT, spec=entry.spec, signature=entry.signature)[0]
        except WorkerTimeout:
            worker.terminate(f"Reading the dataset took over {READ_TIMEOUT:.0f} seconds.")
            raise
        return statistics

    def _store(self) -> None:
        """Store the statistics of all datasets that can be used. If that fails, they are read again after a restart."""
        stored = {
            spec: {"signature": signature, "statistics": statistics}
            for spec, (signature, statistics) in self.lasting.items()
            if statistics["problem"] is None
        }
        try:
            replace_file(self.path, lambda path: path.write_text(json.dumps(stored), "utf-8"))
        except OSError as error:
            log.warning("cannot store the statistics of datasets: %s", error)
