"""The datasets that can be trained on, with their statistics. Worker processes read them, once."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkling.datasets.registry import path_signature
from inkling.errors import InklingError, InvalidDataset
from inkling.service.http.errors import DatasetNotFound
from trainer.data.cache import data_folder, find_downloaded
from trainer.data.feedback import NAME as FEEDBACK
from trainer.data.lesson_drawings import PREFIX, is_lesson
from trainer.data.outliers import SYNTHETIC
from trainer.data.sources import SOURCES
from trainer.data.spec import dataset_names, path_exists
from trainer.data.split import common_labels
from trainer.io.atomic import replace_file
from trainer.service.workers.pool import WorkerPool

LISTED_SUFFIXES = (".npz", ".csv", ".zip", ".jsonl", ".jsonl.gz")
"""Files in INKLING_DATA, at most one folder deep, that are listed in addition to named datasets."""

DESCRIBE_TIMEOUT = 30.0
"""Seconds that the list waits for new datasets. Slower ones are listed without statistics."""

SAMPLES_TIMEOUT = 60.0


@dataclass(frozen=True)
class CatalogEntry:
    """A dataset. signature: changes whenever its files change."""

    name: str
    spec: str
    signature: str


class DatasetCatalog:
    """Finds and describes datasets. Statistics are stored in a file until the dataset changes."""

    def __init__(self, path: Path, pool: WorkerPool, lessons: Callable[[], list[tuple[str, int]]]):
        """path: of the statistics file. lessons: returns ID and revision of the lessons that have drawings."""
        self.path, self.pool, self.lessons = path, pool, lessons
        self.lock = threading.Lock()
        self.statistics: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.exists() else {}

    def list_entries(self) -> list[CatalogEntry]:
        """The datasets that exist now, unread."""
        found = [
            CatalogEntry(name, name, path_signature(folder)) for name in SOURCES if (folder := find_downloaded(SOURCES[name]))
        ]
        found.append(CatalogEntry("digits", "digits", "bundled"))
        found.append(CatalogEntry(FEEDBACK, FEEDBACK, str(time.monotonic())))  # may change at any time
        found += [CatalogEntry(f"{PREFIX}{lesson}", f"{PREFIX}{lesson}", str(revision)) for lesson, revision in self.lessons()]
        folder = data_folder()
        files = sorted(path for depth in ("*", "*/*") for path in folder.glob(depth)) if folder else []
        taken_names = {entry.name for entry in found}
        return found + [
            CatalogEntry(path.name, str(path.absolute()), path_signature(path))
            for path in files
            if path.name.endswith(LISTED_SUFFIXES)
            and path.name not in taken_names
            and not path.name.startswith(".")
            and path.is_file()
        ]

    def get(self, name: str) -> CatalogEntry:
        """The dataset with a name. Raises DatasetNotFound."""
        entries = self.list_entries()
        for entry in entries:
            if entry.name == name:
                return entry
        raise DatasetNotFound(f"There is no dataset {name!r:.80}. Datasets: {', '.join(entry.name for entry in entries)}.")

    def describe_all(self) -> list[dict[str, Any]]:
        """Every dataset with count and histogram. `problem` says why a dataset is unusable, or that it is still being read."""
        entries = self.list_entries()
        pending = {entry: self._submit_describe(entry) for entry in entries if self._stored_statistics(entry) is None}
        deadline, rows = time.monotonic() + DESCRIBE_TIMEOUT, []
        for entry in entries:
            statistics = self._stored_statistics(entry)
            if statistics is None:
                statistics = self._await_statistics(entry, pending[entry], deadline)
            rows.append({"name": entry.name, "spec": entry.spec, "problem": None} | statistics)
        return rows

    def samples(self, name: str, **page: Any) -> tuple[dict[str, Any], bytes]:
        """A page of images. Raises DatasetNotFound, InvalidInput, InvalidDataset."""
        entry = self.get(name)
        worker = self.pool.data_worker("samples")
        samples, body = worker.request("samples", SAMPLES_TIMEOUT, spec=entry.spec, signature=entry.signature, **page)
        return {"name": name} | samples, body

    def labels(self, specs: Sequence[str]) -> tuple[str, ...]:
        """The labels of combined datasets, as a fit uses them. Raises InvalidDataset."""
        self.check(specs)
        statistics = [self._stored_statistics(entry) or self._describe(entry) for entry in map(self._entry_of_spec, specs)]
        return common_labels(each["histogram"] for each in statistics)

    def split(self, specs: Sequence[str], seed: int, validation: float) -> dict[str, Any]:
        """The split of combined datasets. Raises InvalidDataset."""
        self.check(specs)
        sets = [{"spec": entry.spec, "signature": entry.signature} for entry in map(self._entry_of_spec, specs)]
        worker = self.pool.data_worker("split")
        return worker.request("split", SAMPLES_TIMEOUT, sets=sets, seed=seed, validation=validation)[0]

    def check(self, specs: Sequence[str]) -> None:
        """Refuse missing or empty data before a job is queued. Raises InvalidDataset."""
        for spec in specs:
            path = Path(spec)
            if spec == FEEDBACK or is_lesson(spec):
                worker = self.pool.data_worker("samples")
                worker.request("describe", DESCRIBE_TIMEOUT, spec=spec, signature=str(time.monotonic()))
            elif spec not in dataset_names() and spec not in SYNTHETIC:
                if not path_exists(spec):
                    known = ", ".join([*dataset_names(), f"{PREFIX}ID"])
                    raise InvalidDataset(f"There is no dataset {spec!a:.200}. Use one of {known}, or a path.")
                if not (any(path.rglob("*")) if path.is_dir() else path.stat().st_size):
                    raise InvalidDataset(f"The dataset {spec!a:.200} is empty.")

    def _entry_of_spec(self, spec: str) -> CatalogEntry:
        """An existing dataset, listed or not. Raises InvalidDataset, also for one that a fit would download first."""
        listed = next((entry for entry in self.list_entries() if entry.spec == spec), None)
        if listed:
            return listed
        if spec in SOURCES:
            raise InvalidDataset(f"The dataset {spec} is not downloaded yet; a fit downloads it.")
        try:
            return CatalogEntry(spec, spec, path_signature(Path(spec)))
        except OSError as error:  # such as a kind of synthetic outliers
            raise InvalidDataset(f"Cannot read the dataset {spec!a:.200}: {error.strerror}.") from error

    def _describe(self, entry: CatalogEntry) -> dict[str, Any]:
        worker = self.pool.data_worker("describe")
        return worker.request("describe", DESCRIBE_TIMEOUT, spec=entry.spec, signature=entry.signature)[0]

    def _submit_describe(self, entry: CatalogEntry) -> Future:
        return self.pool.data_worker("describe").submit("describe", spec=entry.spec, signature=entry.signature)

    def _await_statistics(self, entry: CatalogEntry, future: Future, deadline: float) -> dict[str, Any]:
        try:
            statistics, _ = future.result(max(0.0, deadline - time.monotonic()))
        except FutureTimeout:
            future.add_done_callback(lambda done: None if done.exception() else self._store(entry, done.result()[0]))
            return {"n": None, "histogram": None, "problem": "The dataset is still being read. Try again."}
        except InklingError as error:
            return {"n": 0, "histogram": {}, "problem": str(error)}
        self._store(entry, statistics)
        return statistics

    def _stored_statistics(self, entry: CatalogEntry) -> dict[str, Any] | None:
        stored = self.statistics.get(entry.name)
        return stored["statistics"] if stored and stored["signature"] == entry.signature else None

    def _store(self, entry: CatalogEntry, statistics: dict[str, Any]) -> None:
        if entry.name == FEEDBACK:
            return
        with self.lock:
            self.statistics[entry.name] = {"signature": entry.signature, "statistics": statistics}
            text = json.dumps(self.statistics)
            replace_file(self.path, lambda path: path.write_text(text, "utf-8"))
