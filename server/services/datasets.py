"""DatasetCatalog: datasets that are available on this machine by name. Nothing is downloaded."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from inkling.datasets.dataset import Dataset, check_count, sort_labels
from inkling.datasets.formats import idx
from inkling.datasets.registry import NAMED_DATASETS, NamedDataset, find_folder, load_named, path_signature
from inkling.datasets.stored_drawings import dataset_from_drawings
from inkling.errors import InvalidDataset
from inkling.limits import Limits
from inkling.service.http.errors import DatasetNotFound
from inkling.service.store.feedback import FeedbackStore
from inkling.service.store.locations import cache_folder

FEEDBACK = "feedback"


class NamedDatasets:
    """The named datasets whose files exist, and the drawings in the feedback store.

    user_folder: where the user keeps datasets, besides the trainer's download cache.
    """

    def __init__(self, user_folder: Path | None, feedback: FeedbackStore, limits: Limits):
        self.user_folder, self.feedback, self.limits = user_folder, feedback, limits

    def describe(self) -> list[dict[str, Any]]:
        """name, n, labels, split and problem of each dataset, without reading images.

        split: "test" or "all", what `load` returns. problem: why the dataset cannot be used, or None.
        """
        named = [
            {"name": name, "labels": sort_labels(set(NAMED_DATASETS[name].labels))} | _describe_files(folder)
            for name, folder in self._folders().items()
        ]
        counts = self.feedback.count_by_label()
        feedback = {"name": FEEDBACK, "labels": sort_labels(set(counts)), "n": sum(counts.values())}
        return [*named, feedback | {"split": "all", "problem": None}]

    def load(self, name: str) -> Dataset:
        """The dataset of this name; only its test split, if it has one.

        Raises DatasetNotFound, InvalidDataset (also for an empty feedback store) or TooLarge.
        """
        if name == FEEDBACK:
            return self._load_feedback()
        folders = self._folders()
        if name not in folders:
            raise DatasetNotFound(f"There is no dataset {name!r:.80}. Available: {', '.join([*folders, FEEDBACK])}.")
        return _load_files(NAMED_DATASETS[name], folders[name], path_signature(folders[name]), self.limits)

    def _folders(self) -> dict[str, Path]:
        folders = {name: find_folder(name, self.user_folder, cache_folder()) for name in NAMED_DATASETS}
        return {name: folder for name, folder in folders.items() if folder}

    def _load_feedback(self) -> Dataset:
        count = self.feedback.count()
        check_count(count, self.limits)
        if not count:
            raise InvalidDataset("There is no feedback yet. Add drawings with POST /feedback.")
        return dataset_from_drawings(FEEDBACK, self.feedback.iter_drawings(), self.limits, with_strokes=False)


def _describe_files(folder: Path) -> dict[str, Any]:
    try:
        files = idx.find_split_files(folder, only_test=True)
        split = "test" if len(files) < len(idx.find_image_files(folder)) else "all"
        return {"n": sum(map(idx.count_images, files.values())), "split": split, "problem": None}
    except InvalidDataset as error:
        return {"n": 0, "split": "all", "problem": str(error)}


@lru_cache(maxsize=1)
def _load_files(named: NamedDataset, folder: Path, signature: str, limits: Limits) -> Dataset:  # noqa: ARG001 cache key
    """The most recently used dataset stays in memory (8 MB), because it is often evaluated several times."""
    return load_named(named, folder, limits, only_test=True)
