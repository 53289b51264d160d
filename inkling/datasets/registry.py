"""Datasets that are available by name: MNIST, Fashion-MNIST and KMNIST, each as four IDX files.

They are looked up in a folder of the user's and in the trainer's download cache. Nothing here downloads them.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from inkling.datasets.dataset import Dataset, sort_labels
from inkling.datasets.formats import idx
from inkling.errors import InvalidDataset
from inkling.limits import Limits

DATA_FOLDER_VARIABLE = "INKLING_DATA"
"""Environment variable that names the user's folder of datasets."""

IDX_FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


@dataclass(frozen=True)
class NamedDataset:
    """A dataset made of `IDX_FILES`. labels: the label of each class index in its files."""

    name: str
    labels: tuple[str, ...]


NAMED_DATASETS = {
    dataset.name: dataset
    for dataset in (
        NamedDataset("mnist", tuple(map(str, range(10)))),
        NamedDataset(
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
        # one hiragana per row of the syllabary, in Hepburn romanization
        NamedDataset("kmnist", ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")),
    )
}


def find_folder(name: str, user_folder: Path | None, cache: Path) -> Path | None:
    """Return the folder with the dataset's IDX files: below the user's folder, otherwise below the cache; None if absent."""
    cached = cache / name
    return find_user_folder(name, user_folder) or (cached if all((cached / file).is_file() for file in IDX_FILES) else None)


def find_user_folder(name: str, user_folder: Path | None) -> Path | None:
    """Return the dataset's folder below the user's folder, or, for MNIST, that folder itself; None if absent."""
    if user_folder is None:
        return None
    candidates = [user_folder / name, user_folder] if name == "mnist" else [user_folder / name]
    return next((path for path in candidates if path.is_dir() and idx.find_image_files(path)), None)


def load_named(named: NamedDataset, folder: Path, limits: Limits, only_test: bool = False) -> Dataset:
    """Load a named dataset from its folder, with its label names. only_test: load the test split only.

    Raises InvalidDataset or TooLarge.
    """
    dataset = idx.read_folder(folder, limits, only_test)
    if max(map(int, dataset.labels)) >= len(named.labels):
        raise InvalidDataset(f"{named.name} has {len(named.labels)} classes, but {folder} contains class {dataset.labels[-1]}.")
    labels = tuple(named.labels[int(label)] for label in dataset.labels)
    return replace(dataset, name=named.name, labels=labels).with_labels(sort_labels(set(labels)))


def path_signature(path: Path) -> str:
    """A string that changes whenever the file, or a file in the folder, changes: names, sizes and modification times."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return ";".join(f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files)
