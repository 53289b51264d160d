"""The datasets that a model was fitted with, found again by the hashes on its card."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.errors import InklingError
from trainer.data.cache import data_folder, find_downloaded
from trainer.data.duplicates import fingerprints
from trainer.data.feedback import NAME as FEEDBACK
from trainer.data.lesson_drawings import is_lesson
from trainer.data.outliers import AUTO, SYNTHETIC, remove_lookalikes
from trainer.data.sources import SOURCES
from trainer.data.spec import load, path_exists
from trainer.data.split import TEST, assign_splits, own_test_mask, read_fold
from trainer.label_names import parse_labels


@dataclass(frozen=True)
class TrainingImages:
    """fingerprints: of the training and validation images, in whatever format they come. missing: datasets not found."""

    fingerprints: set[bytes]
    missing: list[str]

    def contains(self, dataset: Dataset) -> np.ndarray:
        """Which images of a dataset are among them, bool (n,)."""
        return np.array([each in self.fingerprints for each in fingerprints(dataset.images)], bool)


def find_training_images(training: dict[str, Any]) -> TrainingImages:
    """Find the images that a model was fitted on. training: `training` of its card.

    If a dataset is missing, the split of the others is unknown, and all of their images count but their own test splits.
    """
    found = find_datasets(training)
    present = [dataset for _, dataset in found if dataset is not None]
    missing = [name for name, dataset in found if dataset is None]
    if not present:
        return TrainingImages(set(), missing)
    if missing:
        used = [dataset.images[~own_test_mask(dataset)] for dataset in present]
    else:
        settings = training["settings"]
        pool, assignment = assign_splits(present, settings["seed"], settings["validation_split"], read_fold(settings))
        used = [pool.images[assignment != TEST]]
    return TrainingImages({each for images in used for each in fingerprints(images)}, missing)


def find_datasets(training: dict[str, Any]) -> list[tuple[str, Dataset | None]]:
    """Return the name of each dataset that a model was fitted on, without outliers, and the dataset or None.

    A dataset is found by the hash of its images: where the fit read it, among the downloaded ones, or as a file of its name in
    INKLING_DATA or the working directory. Nothing is downloaded.
    """
    rows = [row for row in training.get("data", []) if row.get("role") != "outliers"]
    labels = label_names(training)
    return _find_all(rows, training.get("settings", {}).get("data", []), lambda spec: load(spec, labels))


def find_outlier_datasets(training: dict[str, Any], labels: Sequence[str]) -> list[tuple[str, Dataset | None]]:
    """The same for outliers that aren't synthetic. labels: of the model."""
    named = (AUTO, *SYNTHETIC)
    rows = [row for row in training.get("data", []) if row.get("role") == "outliers" and row["name"] not in named]
    specs = [spec for spec in dict.fromkeys(training["settings"]["outliers"]) if spec not in named]
    return _find_all(rows, specs, lambda spec: remove_lookalikes(load(spec), labels))


def label_names(training: dict[str, Any]) -> tuple[str, ...]:
    """Return the names that a fit gave to numeric labels, in numeric order."""
    return parse_labels(training.get("settings", {}).get("labels", ""))


def _find_all(rows: list[dict[str, Any]], specs: list[str], read: Callable[[str], Dataset]) -> list[tuple[str, Dataset | None]]:
    padded = [*specs, *[None] * (len(rows) - len(specs))]
    return [(row["name"], _find(row, spec, read)) for row, spec in zip(rows, padded, strict=False)]


def _find(row: dict[str, Any], spec: str | None, read: Callable[[str], Dataset]) -> Dataset | None:
    for candidate in _candidates(row["name"], spec):
        try:
            dataset = read(candidate)
        except InklingError:
            continue
        if dataset.sha256() == row.get("sha256"):
            return dataset
    return None


def _candidates(name: str, spec: str | None) -> Iterator[str]:
    """SPECs under which a dataset may be found, without a download."""
    for each in dict.fromkeys(filter(None, (spec, name))):
        if each in SOURCES:
            if find_downloaded(SOURCES[each]):
                yield each
        elif each in ("digits", FEEDBACK) or is_lesson(each) or path_exists(each):
            yield each
    folders: Sequence[Path] = [folder for folder in (data_folder(), Path()) if folder]
    for folder in folders:
        yield from map(str, sorted(path for depth in ("*", "*/*") for path in folder.glob(depth) if path.name == name))
