"""SPEC -> labelled set: what `--data` and `trainer data` take, a name or a path."""

from functools import lru_cache
from pathlib import Path

from inkling.datasets.dataset import Dataset
from inkling.datasets.loader import SUPPORTED_FILES, load_path
from inkling.datasets.registry import load_named, path_signature
from inkling.errors import InvalidDataset
from inkling.limits import Limits
from trainer.data.cache import folder_of
from trainer.data.feedback import NAME as FEEDBACK
from trainer.data.feedback import read_feedback
from trainer.data.lesson_drawings import PREFIX, is_lesson, read_lesson
from trainer.data.read_only import shared
from trainer.data.sklearn_digits import read_digits
from trainer.data.sources import SOURCES, Source

TRAINER_LIMITS = Limits(max_dataset_images=1_000_000, max_dataset_bytes=4 << 30, max_dataset_pixels=100_000_000_000)
"""Wider than a server's: here the files are the user's own. EMNIST has 814,255 images."""


def names() -> list[str]:
    """The sets that go by a name."""
    return [*SOURCES, "digits", FEEDBACK]


def load(spec: str, limits: Limits = TRAINER_LIMITS) -> Dataset:
    """The set of that name, else the one at that path ("./mnist" is always a path). Raises an InklingError."""
    if spec == "digits":
        return read_digits(limits)
    if spec == FEEDBACK:
        return read_feedback(limits)
    if is_lesson(spec):
        return read_lesson(spec, limits)
    if spec in SOURCES:
        return _named(SOURCES[spec], limits)
    path = Path(spec)
    if not spec or "\0" in spec or not path.exists():
        raise InvalidDataset(
            f"Expected {', '.join(names())}, {PREFIX}ID, or a path to {SUPPORTED_FILES}. "
            f"Received {spec!a:.200}, which is not there."
        )
    return load_path(path, limits)


def place_of(spec: str) -> str:
    """The same set from whichever folder it is loaded: a name stays, the path of what is there becomes absolute."""
    return spec if spec in names() or is_lesson(spec) or not Path(spec).exists() else str(Path(spec).absolute())


def _named(source: Source, limits: Limits) -> Dataset:
    folder = folder_of(source)
    return _read(source, folder, path_signature(folder), limits)


@lru_cache(maxsize=1)
def _read(source: Source, folder: Path, stamp: str, limits: Limits) -> Dataset:  # noqa: ARG001 it tells files from others
    """A set by name. The last one stays in memory, so that a process that was warmed with it begins at once."""
    return shared(load_named(source, folder, limits))
