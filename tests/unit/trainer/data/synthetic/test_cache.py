"""Drawn: what was made up is kept and comes back as it was, whatever happens to the files."""

import os
from pathlib import Path

import numpy as np
import pytest

from tests.support.dataset_files import drawings
from trainer.data.outliers import TEST, generate_outliers
from trainer.data.spec import load
from trainer.data.synthetic import cache as module
from trainer.data.synthetic.cache import cached_images


class Pen:
    """Draws so many images, and counts how often."""

    def __init__(self, count: int = 5):
        self.images, self.times = drawings(5)[:count], 0

    def __call__(self) -> np.ndarray:
        self.times += 1
        return self.images


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch) -> Path:
    """The folder of what is kept, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "inkling" / "synthetic"


@pytest.mark.parametrize("count", [0, 1, 5])
def test_what_was_drawn_comes_back(count: int):
    """Drawn once: the second time it is the same, and can be written into without harm to the third."""
    pen = Pen(count)
    cached_images("rings", [1], pen)
    again = cached_images("rings", [1], pen)
    assert np.array_equal(again, pen.images)
    assert again.dtype == np.uint8
    again[:] = 7
    assert np.array_equal(cached_images("rings", [1], pen), pen.images)
    assert pen.times == 1


def test_whatever_decides_images_tells_them_apart(monkeypatch):
    """Another name, another seed, or other code is drawn anew."""
    pen = Pen()
    for name, told in (("rings", [1]), ("rings", [2]), ("faces", [1])):
        cached_images(name, told, pen)
    monkeypatch.setattr(module, "_code_version", lambda: ["changed"])
    cached_images("rings", [1], pen)
    assert pen.times == 4


def test_our_code_decides(tmp_path: Path, monkeypatch):
    """One character in any file of the code that draws makes it other code."""
    file = tmp_path / "pen.py"
    file.write_text("WIDE = 1\n")
    monkeypatch.setattr(module, "CODE_FOLDERS", (tmp_path,))
    before = module._code_version.__wrapped__()
    assert module._code_version.__wrapped__() == before
    file.write_text("WIDE = 2\n")
    assert module._code_version.__wrapped__() != before


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda kept: kept[:20],
        lambda kept: kept[:-784],
        lambda kept: kept[:-1],
        lambda kept: kept[:-1] + bytes([kept[-1] ^ 1]),
        lambda kept: kept + b"\0",
    ],
)
def test_a_damaged_file_is_drawn_again(damage, folder: Path):
    """It is no trouble, and whole afterwards."""
    pen = Pen()
    cached_images("rings", [1], pen)
    (place,) = folder.iterdir()
    whole = place.read_bytes()
    place.write_bytes(damage(whole))
    assert np.array_equal(cached_images("rings", [1], pen), pen.images)
    assert pen.times == 2
    assert place.read_bytes() == whole


def test_a_folder_that_cannot_be_written_costs_time_alone(folder: Path):
    """A file stands where the folder should be."""
    folder.parent.mkdir()
    folder.write_bytes(b"in the way")
    pen = Pen()
    assert np.array_equal(cached_images("rings", [1], pen), pen.images)
    assert np.array_equal(cached_images("rings", [1], pen), pen.images)
    assert pen.times == 2


def test_what_is_kept_is_bounded(folder: Path, monkeypatch):
    """What was not used for longest goes, left-overs of writers that were killed as well."""
    monkeypatch.setattr(module, "MAX_BYTES", 3 * (5 * 784 + 32))
    folder.mkdir(parents=True)
    (folder / ".writing-1-rings").write_bytes(b"half")
    os.utime(folder / ".writing-1-rings", (0, 0))
    pens = [Pen() for _ in range(4)]
    for second, pen in enumerate(pens[:3], 1):
        cached_images("rings", [second], pen)
        newest = max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, (second, second))
    cached_images("rings", [1], pens[0])  # used again, so the second is the oldest now
    cached_images("rings", [4], pens[3])
    assert len(list(folder.iterdir())) == 3
    for place, times in ((1, 1), (3, 1), (4, 1), (2, 2)):
        cached_images("rings", [place], pens[place - 1])
        assert pens[place - 1].times == times


@pytest.mark.parametrize("name", ["scribbles", "faces", "pairs"])
def test_outliers_are_the_same_kept_or_not(name: str, folder: Path):
    """Images, labels and targets; those of other images, or another seed, are others."""
    known = load("digits")
    first = generate_outliers(name, known, 3, TEST)
    assert len(list(folder.iterdir())) == 1
    again = generate_outliers(name, known, 3, TEST)
    assert first.sha256() == again.sha256()
    assert first.labels == again.labels
    assert len(list(folder.iterdir())) == 1
    generate_outliers(name, known, 4, TEST)
    assert len(list(folder.iterdir())) == 2
    half = known.take(np.arange(900))
    assert (generate_outliers(name, half, 3, TEST).sha256() == first.sha256()) == (name != "pairs")
