"""Uploads and paths of no format, or of formats that do not belong where they are."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from inkling.datasets.loader import read_path
from inkling.errors import BadData, InklingError, TooLarge
from inkling.limits import Limits
from tests.support import dataset_files
from tests.support.dataset_files import LIMITS, assert_refused, csv, drawings, idx

IMAGES, TARGETS = drawings(6), dataset_files.labels(6)
TREE = dataset_files.tree(IMAGES, TARGETS)
CSV = csv(IMAGES, TARGETS)

BAD = {
    "nothing": (b"", "empty file"),
    "noise": (b"\xff\xfe\x00\x01" * 50, "none of them"),
    "a picture": (TREE["0/000.png"], "none of them"),
    "one IDX file": (idx(IMAGES), "two parts"),
    "gzip that breaks off": (gzip.compress(CSV)[:-20], "breaks off"),
    "gzip with a wrong checksum": (gzip.compress(CSV)[:-8] + bytes(8), "damaged"),
}


@pytest.mark.parametrize("name", BAD)
def test_refused(name: str) -> None:
    """An upload that is no set is refused with what it could have been."""
    assert_refused(*BAD[name])


def missing_labels(folder: Path) -> Path:
    """An images file alone."""
    place = dataset_files.write_idx_pair(IMAGES, TARGETS, folder)
    place.with_name("train-labels-idx1-ubyte").unlink()
    return place


def two_sizes(folder: Path) -> Path:
    """A training and a test part that differ in size."""
    dataset_files.write_idx_pair(IMAGES, TARGETS, folder, "train-")
    dataset_files.write_idx_pair(IMAGES[:, 4:24, 4:24], TARGETS, folder, "t10k-")
    return folder


def swapped_labels(folder: Path) -> Path:
    """Parts whose labels are mixed up: together they are as many as the images."""
    dataset_files.write_idx_pair(IMAGES, TARGETS, folder, "train-")
    dataset_files.write_idx_pair(IMAGES[:4], TARGETS[:4], folder, "t10k-")
    train, test = folder / "train-labels-idx1-ubyte", folder / "t10k-labels-idx1-ubyte"
    train_labels = train.read_bytes()
    train.write_bytes(test.read_bytes())
    test.write_bytes(train_labels)
    return folder


def sprite_with(folder: Path, labels: bytes | None = None, images: np.ndarray = IMAGES) -> Path:
    """A sprite with other labels, or none."""
    place = dataset_files.write_sprite(images, TARGETS, folder)
    path = folder / "mnist_labels_uint8"
    path.unlink() if labels is None else path.write_bytes(labels)
    return place


def cut(folder: Path) -> Path:
    """A sprite whose PNG breaks off."""
    place = dataset_files.write_sprite(IMAGES, TARGETS, folder)
    place.write_bytes(place.read_bytes()[:-300])
    return place


BAD_PATHS = {
    "nothing there": (lambda folder: folder / "absent", "not there"),
    "an empty folder": (lambda folder: folder, "Received none"),
    "an empty file": (lambda folder: dataset_files.write_tree({"a.npz": b""}, folder) / "a.npz", "empty file"),
    "IDX without labels": (missing_labels, "There is neither"),
    "IDX by its labels": (
        lambda folder: dataset_files.write_idx_pair(IMAGES, TARGETS, folder).with_name("train-labels-idx1-ubyte"),
        "Received one with 1 dimensions",
    ),
    "IDX of two sizes": (two_sizes, "one size"),
    "IDX with mixed-up labels": (swapped_labels, "train-images"),
    "a sprite without labels": (sprite_with, "mnist_labels_uint8"),
    "a sprite of another width": (lambda folder: sprite_with(folder, bytes(18), IMAGES[:, 4:24]), "784 pixels wide"),
    "a sprite with too few labels": (lambda folder: sprite_with(folder, bytes(17)), "one row of one-hot bytes"),
    "a sprite with two labels a row": (lambda folder: sprite_with(folder, b"\1\1\0" * 6), "row 1"),
    "a sprite with a 3 for a label": (lambda folder: sprite_with(folder, b"\0\1\0" * 5 + b"\0\0\3"), "row 6"),
    "a sprite that breaks off": (cut, "whole PNG"),
    "a folder with a damaged picture": (
        lambda folder: dataset_files.write_tree(TREE | {"2/broken.png": b"\x89PNG"}, folder),
        "2/broken.png",
    ),
}


@pytest.mark.parametrize("name", BAD_PATHS)
def test_broken_path(name: str, tmp_path: Path) -> None:
    """Files and folders that do not belong together are refused with a sentence that names the file or the reason."""
    make, sentence = BAD_PATHS[name]
    with pytest.raises(BadData) as refused:
        read_path(make(tmp_path), LIMITS)
    assert sentence in str(refused.value)


def test_sprite_beyond_the_limit(tmp_path: Path) -> None:
    """A sprite of more images than a set may have is refused by its header."""
    place = dataset_files.write_sprite(IMAGES, TARGETS, tmp_path)
    with pytest.raises(TooLarge, match="at most 5 images"):
        read_path(place, Limits(max_set_images=5))


def test_file_beyond_the_limit(tmp_path: Path) -> None:
    """A file larger than a set may be is not read."""
    place = tmp_path / "set.csv"
    with place.open("wb") as file:
        file.write(b"7,0\n")
        file.truncate(1 << 40)
    with pytest.raises(TooLarge, match="at most"):
        read_path(place, LIMITS)


def test_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without permission is refused with its name. (Root may read all, so the refusal is played.)"""

    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr("os.scandir", refuse)
    with pytest.raises(InklingError, match="Permission denied"):
        read_path(tmp_path, LIMITS)
