"""The datasets that can be trained on, with their statistics. Worker processes read them, once."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from inkling.datasets.registry import path_signature
from inkling.errors import InvalidDataset
from inkling.service.http.errors import DatasetNotFound
from trainer.data.cache import data_folder, find_downloaded
from trainer.data.feedback import NAME as FEEDBACK
from trainer.data.lesson_drawings import PREFIX, is_lesson
from trainer.data.outliers import AUTO, SYNTHETIC
from trainer.data.sources import SOURCES
from trainer.data.spec import dataset_names, path_exists
from trainer.data.split import common_labels
from trainer.service.dataset_statistics import CatalogEntry, DatasetStatistics
from trainer.service.workers.pool import WorkerPool
from trainer.settings import FitSettings

LISTED_SUFFIXES = (".npz", ".csv", ".zip", ".jsonl", ".jsonl.gz")
"""Files in INKLING_DATA, at most one folder deep, that are listed in addition to named datasets."""

DESCRIBE_TIMEOUT = 30.0
"""Seconds for the drawings of feedback or a lesson, which are counted before a job is queued."""

SAMPLES_TIMEOUT = 60.0


class DatasetCatalog:
    """Finds and describes datasets."""

    def __init__(self, path: Path, pool: WorkerPool, lessons: Callable[[], list[tuple[str, int]]]):
        """path: of the statistics file. lessons: returns ID and revision of the lessons that have drawings."""
        self.pool, self.lessons = pool, lessons
        self.statistics = DatasetStatistics(path, pool)

    def list_entries(self) -> list[CatalogEntry]:
        """The datasets that exist now, unread."""
        found = [
            CatalogEntry(name, name, path_signature(folder)) for name in SOURCES if (folder := find_downloaded(SOURCES[name]))
        ]
        found.append(CatalogEntry("digits", "digits", "bundled"))
        found.append(CatalogEntry(FEEDBACK, FEEDBACK, f"{time.monotonic():020.6f}", is_volatile=True))
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

    def describe_all(self, wait: float) -> list[dict[str, Any]]:
        """Every dataset with its statistics as far as they are known within `wait` seconds; see `DatasetStatistics.find`."""
        entries = self.list_entries()
        rows = zip(entries, self.statistics.find(entries, wait), strict=True)
        return [{"name": entry.name, "spec": entry.spec} | statistics for entry, statistics in rows]

    def samples(self, name: str, **page: Any) -> tuple[dict[str, Any], bytes]:
        """A page of images. Raises DatasetNotFound, InvalidInput, InvalidDataset."""
        entry = self.get(name)
        worker = self.pool.data_worker("samples")
        samples, body = worker.request("samples", SAMPLES_TIMEOUT, spec=entry.spec, signature=entry.signature, **page)
        return {"name": name} | samples, body

    def labels(self, specs: Sequence[str]) -> tuple[str, ...]:
        """The labels of combined datasets, as a fit uses them. Raises InvalidDataset."""
        self.check(specs)
        statistics = [self.statistics.read(entry) for entry in map(self._entry_of_spec, specs)]
        return common_labels(each["histogram"] for each in statistics)

    def split(self, settings: FitSettings) -> dict[str, Any]:
        """The split of the datasets of a fit. Raises InvalidDataset, or InvalidInput for a fold that doesn't exist."""
        self.check(settings.data)
        sets = [{"spec": entry.spec, "signature": entry.signature} for entry in map(self._entry_of_spec, settings.data)]
        worker = self.pool.data_worker("split")
        return worker.request("split", SAMPLES_TIMEOUT, sets=sets, settings=settings.to_dict())[0]

    def check(self, specs: Sequence[str]) -> None:
        """Refuse missing or empty data before a job is queued. Raises InvalidDataset."""
        for spec in specs:
            path = Path(spec)
            if spec == FEEDBACK or is_lesson(spec):
                worker = self.pool.data_worker("samples")
                worker.request("describe", DESCRIBE_TIMEOUT, spec=spec, signature=str(time.monotonic()))
            elif spec not in (AUTO, *dataset_names(), *SYNTHETIC):
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
