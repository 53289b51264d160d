"""A set by its name: read once while its files are what they were, and never written into."""

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
    """A folder of data sets in which a small one goes by MNIST's name."""
    monkeypatch.setenv("INKLING_DATA", str(tmp_path))
    write(tmp_path / "mnist", ["0", "1", "2", "3"])
    return tmp_path / "mnist"


def write(folder: Path, labels: list[str]) -> None:
    """Four images under these labels, for training and for the test."""
    for part in ("train-", "t10k-"):
        dataset_files.write_idx_pair(drawings(4), labels, folder, part)


@pytest.mark.usefixtures("folder")
def test_a_named_set_is_read_once():
    """The second time there is nothing to wait for."""
    assert load("mnist") is load("mnist")


def test_other_files_are_read_anew(folder: Path):
    """Also where they are as long as the ones before."""
    before = load("mnist")
    write(folder, ["3", "2", "1", "0"])
    for place in folder.iterdir():
        os.utime(place, ns=(1, 1))
    after = load("mnist")
    assert after.targets.tolist() == before.targets.tolist()[::-1]
    (folder / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(InvalidDataset, match="Expected the labels"):
        load("mnist")


@pytest.mark.usefixtures("folder")
def test_another_folder_holds_another_set(tmp_path: Path, monkeypatch):
    """The name is the same, the place decides."""
    before = load("mnist")
    (tmp_path / "elsewhere").mkdir()
    write(tmp_path / "elsewhere" / "mnist", ["9", "8", "7", "7"])
    monkeypatch.setenv("INKLING_DATA", str(tmp_path / "elsewhere"))
    assert load("mnist").labels != before.labels


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["mnist", "digits"])
def test_whoever_writes_into_a_set_is_refused(name: str):
    """Others have it, too; what is taken of it is one's own."""
    known = load(name)
    with pytest.raises(ValueError, match="read-only"):
        known.images[0] = 0
    known.take(np.arange(2)).images[:] = 0
    assert known.images[:2].any()
