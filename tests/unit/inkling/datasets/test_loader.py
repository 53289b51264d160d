"""Uploads and paths in no supported format, or with missing or inconsistent files."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from inkling.datasets.loader import load_path
from inkling.errors import InklingError, InvalidDataset, TooLarge
from inkling.limits import Limits
from tests.support import dataset_files
from tests.support.dataset_files import LIMITS, assert_rejected, csv, drawings, idx

IMAGES, TARGETS = drawings(6), dataset_files.labels(6)
TREE = dataset_files.tree(IMAGES, TARGETS)
CSV = csv(IMAGES, TARGETS)

INVALID = {
    "empty file": (b"", ""),
    "noise": (b"\xff\xfe\x00\x01" * 50, ""),
    "a picture": (TREE["0/000.png"], ""),
    "one IDX file": (idx(IMAGES), ""),
    "truncated gzip": (gzip.compress(CSV)[:-20], ""),
    "gzip with a wrong checksum": (gzip.compress(CSV)[:-8] + bytes(8), ""),
}


@pytest.mark.parametrize("name", INVALID)
def test_invalid_upload(name: str) -> None:
    """An upload in no supported format raises InvalidDataset."""
    assert_rejected(*INVALID[name])


def missing_labels(folder: Path) -> Path:
    """An IDX images file without its labels file."""
    path = dataset_files.write_idx_pair(IMAGES, TARGETS, folder)
    path.with_name("train-labels-idx1-ubyte").unlink()
    return path


def two_sizes(folder: Path) -> Path:
    """Train and test splits with images of different sizes."""
    dataset_files.write_idx_pair(IMAGES, TARGETS, folder, "train-")
    dataset_files.write_idx_pair(IMAGES[:, 4:24, 4:24], TARGETS, folder, "t10k-")
    return folder


def swapped_labels(folder: Path) -> Path:
    """Splits whose labels files are swapped: the total number of labels is right."""
    dataset_files.write_idx_pair(IMAGES, TARGETS, folder, "train-")
    dataset_files.write_idx_pair(IMAGES[:4], TARGETS[:4], folder, "t10k-")
    train, test = folder / "train-labels-idx1-ubyte", folder / "t10k-labels-idx1-ubyte"
    train_labels = train.read_bytes()
    train.write_bytes(test.read_bytes())
    test.write_bytes(train_labels)
    return folder


def sprite_with(folder: Path, labels: bytes | None = None, images: np.ndarray = IMAGES) -> Path:
    """A sprite with these labels, or without a labels file."""
    path = dataset_files.write_sprite(images, TARGETS, folder)
    labels_file = folder / "mnist_labels_uint8"
    labels_file.unlink() if labels is None else labels_file.write_bytes(labels)
    return path


def truncated_sprite(folder: Path) -> Path:
    """A sprite whose PNG is truncated."""
    path = dataset_files.write_sprite(IMAGES, TARGETS, folder)
    path.write_bytes(path.read_bytes()[:-300])
    return path


INVALID_PATHS = {
    "missing file": (lambda folder: folder / "absent", "absent"),
    "an empty folder": (lambda folder: folder, ""),
    "an empty file": (lambda folder: dataset_files.write_tree({"a.npz": b""}, folder) / "a.npz", ""),
    "IDX without labels": (missing_labels, "train-labels-idx1-ubyte"),
    "IDX labels file instead of images file": (
        lambda folder: dataset_files.write_idx_pair(IMAGES, TARGETS, folder).with_name("train-labels-idx1-ubyte"),
        "1",
    ),
    "IDX of two sizes": (two_sizes, "20×20"),
    "IDX with swapped labels": (swapped_labels, "train-images"),
    "a sprite without labels": (sprite_with, "mnist_labels_uint8"),
    "a sprite of another width": (lambda folder: sprite_with(folder, bytes(18), IMAGES[:, 4:24]), "784"),
    "a sprite with too few labels": (lambda folder: sprite_with(folder, bytes(17)), "17"),
    "a sprite with two labels a row": (lambda folder: sprite_with(folder, b"\1\1\0" * 6), "Row 1"),
    "a sprite with a 3 for a label": (lambda folder: sprite_with(folder, b"\0\1\0" * 5 + b"\0\0\3"), "Row 6"),
    "a truncated sprite": (truncated_sprite, "mnist_images.png"),
    "a folder with a damaged picture": (
        lambda folder: dataset_files.write_tree(TREE | {"2/broken.png": b"\x89PNG"}, folder),
        "2/broken.png",
    ),
}


@pytest.mark.parametrize("name", INVALID_PATHS)
def test_invalid_path(name: str, tmp_path: Path) -> None:
    """Missing and inconsistent files raise InvalidDataset with the name of the file or the wrong number."""
    make, detail = INVALID_PATHS[name]
    with pytest.raises(InvalidDataset) as caught:
        load_path(make(tmp_path), LIMITS)
    assert detail in str(caught.value)


def test_sprite_with_too_many_images(tmp_path: Path) -> None:
    """The header of a sprite is checked against the maximum number of images."""
    path = dataset_files.write_sprite(IMAGES, TARGETS, tmp_path)
    with pytest.raises(TooLarge, match="5"):
        load_path(path, Limits(max_dataset_images=5))


def test_file_too_large(tmp_path: Path) -> None:
    """A file larger than the limit isn't read."""
    path = tmp_path / "set.csv"
    with path.open("wb") as file:
        file.write(b"7,0\n")
        file.truncate(1 << 40)
    with pytest.raises(TooLarge, match="1,099,511,627,776"):
        load_path(path, LIMITS)


@pytest.mark.parametrize("function", ["os.listdir", "os.scandir"])
def test_unreadable_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    """A folder without read permission raises an error with the reason. It is simulated, since root may read everything."""

    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr(function, refuse)
    with pytest.raises(InklingError, match="Permission denied"):
        load_path(tmp_path, LIMITS)
