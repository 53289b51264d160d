"""The cache of synthetic images."""

import os
from pathlib import Path

import numpy as np
import pytest

from tests.support.dataset_files import drawings
from trainer.data.outliers import TEST, generate_outliers
from trainer.data.spec import load
from trainer.data.synthetic import cache as module
from trainer.data.synthetic.cache import cached_images


class Generator:
    """Returns images, and counts its calls."""

    def __init__(self, count: int = 5):
        self.images, self.calls = drawings(5)[:count], 0

    def __call__(self) -> np.ndarray:
        self.calls += 1
        return self.images


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch) -> Path:
    """The empty cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "inkling" / "synthetic"


@pytest.mark.parametrize("count", [0, 1, 5])
def test_cached_images_round_trip(count: int):
    """They are generated once, and are writable copies."""
    generator = Generator(count)
    cached_images("rings", [1], generator)
    again = cached_images("rings", [1], generator)
    assert np.array_equal(again, generator.images)
    assert again.dtype == np.uint8
    again[:] = 7
    assert np.array_equal(cached_images("rings", [1], generator), generator.images)
    assert generator.calls == 1


def test_the_key_includes_kind_key_and_code(monkeypatch):
    """If one changes, images are generated again."""
    generator = Generator()
    for name, key in (("rings", [1]), ("rings", [2]), ("faces", [1])):
        cached_images(name, key, generator)
    monkeypatch.setattr(module, "_code_version", lambda: ["changed"])
    cached_images("rings", [1], generator)
    assert generator.calls == 4


def test_the_code_version_changes_with_any_file(tmp_path: Path, monkeypatch):
    """Of the code that draws."""
    file = tmp_path / "draw.py"
    file.write_text("WIDTH = 1\n")
    monkeypatch.setattr(module, "CODE_FOLDERS", (tmp_path,))
    before = module._code_version.__wrapped__()
    assert module._code_version.__wrapped__() == before
    file.write_text("WIDTH = 2\n")
    assert module._code_version.__wrapped__() != before


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda content: content[:20],
        lambda content: content[:-784],
        lambda content: content[:-1],
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
        lambda content: content + b"\0",
    ],
)
def test_a_damaged_file_is_replaced(damage, folder: Path):
    """The images are generated again."""
    generator = Generator()
    cached_images("rings", [1], generator)
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert np.array_equal(cached_images("rings", [1], generator), generator.images)
    assert generator.calls == 2
    assert path.read_bytes() == whole


def test_an_unwritable_folder(folder: Path):
    """The images are generated every time."""
    folder.parent.mkdir()
    folder.write_bytes(b"not a folder")
    generator = Generator()
    assert np.array_equal(cached_images("rings", [1], generator), generator.images)
    assert np.array_equal(cached_images("rings", [1], generator), generator.images)
    assert generator.calls == 2


def test_the_size_is_limited(folder: Path, monkeypatch):
    """The least recently used files are deleted, including temporary files of killed processes."""
    monkeypatch.setattr(module, "MAX_BYTES", 3 * (5 * 784 + 32))
    folder.mkdir(parents=True)
    (folder / ".writing-1-rings").write_bytes(b"half")
    os.utime(folder / ".writing-1-rings", (0, 0))
    generators = [Generator() for _ in range(4)]
    for second, generator in enumerate(generators[:3], 1):
        cached_images("rings", [second], generator)
        newest = max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, (second, second))
    cached_images("rings", [1], generators[0])  # used again, so the second is the oldest now
    cached_images("rings", [4], generators[3])
    assert len(list(folder.iterdir())) == 3
    for index, calls in ((1, 1), (3, 1), (4, 1), (2, 2)):
        cached_images("rings", [index], generators[index - 1])
        assert generators[index - 1].calls == calls


@pytest.mark.parametrize("name", ["scribbles", "faces", "pairs"])
def test_cached_outliers_equal_generated_ones(name: str, folder: Path):
    """Another seed gives others, and pairs depend on the dataset."""
    dataset = load("digits")
    first = generate_outliers(name, dataset, 3, TEST)
    assert len(list(folder.iterdir())) == 1
    again = generate_outliers(name, dataset, 3, TEST)
    assert first.sha256() == again.sha256()
    assert first.labels == again.labels
    assert len(list(folder.iterdir())) == 1
    generate_outliers(name, dataset, 4, TEST)
    assert len(list(folder.iterdir())) == 2
    half = dataset.take(np.arange(900))
    assert (generate_outliers(name, half, 3, TEST).sha256() == first.sha256()) == (name != "pairs")
