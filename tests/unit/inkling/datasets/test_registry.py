"""Datasets by name: where their files are found, and what they must contain."""

import os
from pathlib import Path

import numpy as np
import pytest

from inkling.datasets.registry import NAMED_DATASETS, find_folder, find_user_folder, load_named, path_signature
from inkling.errors import InvalidDataset
from tests.support.dataset_files import LIMITS, drawings, write_idx_pair

IMAGES = drawings(3)


def write_dataset(folder: Path, targets: list[str]) -> Path:
    """All four files."""
    for part in ("train-", "t10k-"):
        write_idx_pair(IMAGES, targets, folder, part, packed=True)
    return folder


def test_folder_of_the_user_comes_first(tmp_path: Path) -> None:
    """Then the cache, if it is complete; otherwise there is none."""
    user, cache = tmp_path / "user", tmp_path / "cache"
    user.mkdir()
    cache.mkdir()
    assert find_folder("kmnist", None, cache) is None
    cached = write_dataset(cache / "kmnist", ["0", "1", "2"])
    assert find_folder("kmnist", None, cache) == find_folder("kmnist", user, cache) == cached
    own = write_dataset(user / "kmnist", ["0", "1", "2"])
    assert find_folder("kmnist", user, cache) == own
    (cached / "t10k-images-idx3-ubyte.gz").unlink()
    assert find_folder("kmnist", None, cache) is None


def test_folder_of_the_user_may_be_mnist_itself(tmp_path: Path) -> None:
    """Other datasets need a folder of their name."""
    write_dataset(tmp_path, ["0", "1", "2"])
    assert find_user_folder("mnist", tmp_path) == tmp_path
    assert find_user_folder("kmnist", tmp_path) is None
    assert find_user_folder("mnist", None) is None


def test_classes_get_their_labels(tmp_path: Path) -> None:
    """In the files they are numbers."""
    named = NAMED_DATASETS["fashion-mnist"]
    dataset = load_named(named, write_dataset(tmp_path / "fashion", ["0", "9", "4"]), LIMITS)
    assert dataset.name == "fashion-mnist"
    assert [dataset.labels[target] for target in dataset.targets[:3]] == ["T-shirt/top", "Ankle boot", "Coat"]


def test_more_classes_than_labels(tmp_path: Path) -> None:
    """Another dataset under that name raises InvalidDataset."""
    with pytest.raises(InvalidDataset, match="class 10"):
        load_named(NAMED_DATASETS["kmnist"], write_dataset(tmp_path / "kmnist", ["0", "1", "10"]), LIMITS)


def test_signature_changes_with_the_files(tmp_path: Path) -> None:
    """Of a file, or of any file in a folder."""
    folder = write_dataset(tmp_path / "set", ["0", "1", "2"])
    file = folder / "train-images-idx3-ubyte.gz"
    before = path_signature(folder), path_signature(file)
    assert before == (path_signature(folder), path_signature(file))
    os.utime(file, ns=(0, 12_345))
    assert np.not_equal(before, (path_signature(folder), path_signature(file))).all()
