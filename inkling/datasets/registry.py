"""The labelled sets that go by a name: their four IDX files, what their classes are called, and where they lie.

They are in a folder of one's own, or in the one that the trainer keeps what it fetched in. Nothing here fetches any.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from inkling.datasets.dataset import LabelledSet, sort_labels
from inkling.datasets.formats import idx
from inkling.errors import BadData
from inkling.limits import Limits

VARIABLE = "INKLING_DATA"
"""Names the folder of one's own."""

FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


@dataclass(frozen=True)
class Named:
    """A set of IDX files by name `FILES`. labels: by class index."""

    name: str
    labels: tuple[str, ...]


NAMED = {
    named.name: named
    for named in (
        Named("mnist", tuple(map(str, range(10)))),
        Named(
            "fashion-mnist",
            (
                "T-shirt/top",
                "Trouser",
                "Pullover",
                "Dress",
                "Coat",
                "Sandal",
                "Shirt",
                "Sneaker",
                "Bag",
                "Ankle boot",
            ),
        ),
        # one hiragana a row of the syllabary, in Hepburn's letters
        Named("kmnist", ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")),
    )
}


def folder_of(name: str, own: Path | None, cache: Path) -> Path | None:
    """The folder with a set's IDX files, where it is here: below one's own folder of data, else below the cache."""
    kept = cache / name
    return own_folder_of(name, own) or (kept if all((kept / file).is_file() for file in FILES) else None)


def own_folder_of(name: str, own: Path | None) -> Path | None:
    """The set's folder below one's own, or, for MNIST, that folder itself. None where it does not hold the set."""
    if own is None:
        return None
    candidates = [own / name, own] if name == "mnist" else [own / name]
    return next((path for path in candidates if path.is_dir() and idx.image_files(path)), None)


def read_named(named: Named, folder: Path, limits: Limits, only_test: bool = False) -> LabelledSet:
    """The set in a folder, its labels by name. only_test: no more than its test part. Raises BadData or TooLarge."""
    read = idx.read_folder(folder, limits, only_test)
    if max(map(int, read.labels)) >= len(named.labels):
        raise BadData(f"Expected {named.name} with {len(named.labels)} labels. Received the label {read.labels[-1]}, too.")
    meant = tuple(named.labels[int(label)] for label in read.labels)
    return replace(read, name=named.name, labels=meant).relabelled(sort_labels(set(meant)))


def stamp_of(path: Path) -> str:
    """Another whenever a file, or one of those in a folder, is another: names, sizes and times of change."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return ";".join(f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files)
