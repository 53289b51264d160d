"""SPECs: named datasets are cached in memory, read-only."""

import os
from pathlib import Path

import numpy as np
import pytest

from inkling.errors import InvalidDataset
from tests.support import dataset_files
from tests.support.dataset_files import drawings
from trainer.data.spec import load


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    """INKLING_DATA with a small dataset named mnist."""
    monkeypatch.setenv("INKLING_DATA", str(tmp_path))
    write_dataset(tmp_path / "mnist", ["0", "1", "2", "3"])
    return tmp_path / "mnist"


def write_dataset(folder: Path, labels: list[str]) -> None:
    """Write four images with these labels for training, and the same for testing."""
    for split in ("train-", "t10k-"):
        dataset_files.write_idx_pair(drawings(4), labels, folder, split)


@pytest.mark.usefixtures("folder")
def test_a_named_dataset_is_read_once():
    """The second load returns the same object."""
    assert load("mnist") is load("mnist")


def test_changed_files_are_read_again(folder: Path):
    """Also if their size is the same."""
    before = load("mnist")
    write_dataset(folder, ["3", "2", "1", "0"])
    for path in folder.iterdir():
        os.utime(path, ns=(1, 1))
    after = load("mnist")
    assert after.targets.tolist() == before.targets.tolist()[::-1]
    (folder / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(InvalidDataset):
        load("mnist")


@pytest.mark.usefixtures("folder")
def test_another_folder_is_another_dataset(tmp_path: Path, monkeypatch):
    """With the same name."""
    before = load("mnist")
    (tmp_path / "elsewhere").mkdir()
    write_dataset(tmp_path / "elsewhere" / "mnist", ["9", "8", "7", "7"])
    monkeypatch.setenv("INKLING_DATA", str(tmp_path / "elsewhere"))
    assert load("mnist").labels != before.labels


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["mnist", "digits"])
def test_cached_datasets_are_read_only(name: str):
    """Selections of them are not."""
    dataset = load(name)
    with pytest.raises(ValueError, match="read-only"):
        dataset.images[0] = 0
    dataset.take(np.arange(2)).images[:] = 0
    assert dataset.images[:2].any()
