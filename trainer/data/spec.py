"""Loads the dataset that a SPEC names: a name, or a path. `--data` and `trainer data` take SPECs."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from inkling.datasets.dataset import Dataset, rename_labels
from inkling.datasets.loader import SUPPORTED_FILES, load_path
from inkling.datasets.registry import load_named, path_signature
from inkling.errors import InvalidDataset
from inkling.limits import Limits
from trainer.data.cache import ensure_downloaded
from trainer.data.feedback import NAME as FEEDBACK
from trainer.data.feedback import read_feedback
from trainer.data.lesson_drawings import PREFIX, is_lesson, read_lesson
from trainer.data.sklearn_digits import read_digits
from trainer.data.sources import SOURCES, Source

TRAINER_LIMITS = Limits(max_dataset_images=1_000_000, max_dataset_bytes=4 << 30, max_dataset_pixels=100_000_000_000)
"""Higher than the server's limits, since the files are the user's own. EMNIST has 814,255 images."""


def dataset_names() -> list[str]:
    """Return the names of the datasets that can be loaded by name."""
    return [*SOURCES, "digits", FEEDBACK]


def load(spec: str, labels: Sequence[str] = (), limits: Limits = TRAINER_LIMITS) -> Dataset:
    """Load the dataset with that name, otherwise at that path ("./mnist" is always a path).

    labels: names of its numeric labels, in numeric order. Raises an InklingError.
    """
    dataset = _load(spec, limits)
    return rename_labels(dataset, labels) if labels else dataset


def _load(spec: str, limits: Limits) -> Dataset:
    if spec == "digits":
        return _load_digits(limits)
    if spec == FEEDBACK:
        return read_feedback(limits)
    if is_lesson(spec):
        return read_lesson(spec, limits)
    if spec in SOURCES:
        folder = ensure_downloaded(SOURCES[spec])
        return _load_named(SOURCES[spec], folder, path_signature(folder), limits)
    _check_known(spec)
    return load_path(Path(spec), limits)


def is_known(spec: str) -> bool:
    """Whether a SPEC is the name of a dataset or an existing path."""
    return _is_name(spec) or path_exists(spec)


def path_exists(spec: str) -> bool:
    """Whether a SPEC is the path of a file or folder; not if it is too long for a path or holds a null character."""
    try:
        return bool(spec) and Path(spec).exists()
    except (OSError, ValueError):
        return False


def resolve_spec(spec: str) -> str:
    """Make the path in a SPEC absolute, so that it is valid in every working directory. Names stay as they are.

    Raises InvalidDataset for an unknown SPEC.
    """
    _check_known(spec)
    return spec if _is_name(spec) else str(Path(spec).absolute())


def _check_known(spec: str) -> None:
    if not is_known(spec):
        raise InvalidDataset(
            f"There is no dataset {spec!a:.200}. Use {', '.join(dataset_names())}, {PREFIX}ID, or a path to {SUPPORTED_FILES}."
        )


def _is_name(spec: str) -> bool:
    return spec in dataset_names() or is_lesson(spec)


@lru_cache(maxsize=1)
def _load_digits(limits: Limits) -> Dataset:
    """Load scikit-learn's digits and keep them in memory, 1.4 MB."""
    return _make_read_only(read_digits(limits))


@lru_cache(maxsize=1)
def _load_named(source: Source, folder: Path, signature: str, limits: Limits) -> Dataset:  # noqa: ARG001 part of the cache key
    """Load a named dataset and keep the last one in memory, so that a warm worker process starts its fit at once."""
    return _make_read_only(load_named(source, folder, limits))


def _make_read_only(dataset: Dataset) -> Dataset:
    """Make the arrays of a cached dataset read-only, since several callers share them."""
    for array in (dataset.images, dataset.targets, dataset.in_test):
        if array is not None:
            array.setflags(write=False)
    return dataset
