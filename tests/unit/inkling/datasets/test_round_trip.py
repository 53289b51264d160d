"""Every format reads back the images that were written."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from inkling.datasets.dataset import Dataset
from inkling.datasets.loader import load_idx_pair, load_path, load_upload
from inkling.datasets.registry import NAMED_DATASETS
from tests.support import dataset_files
from tests.support.dataset_files import LIMITS, content

IMAGES = dataset_files.drawings(24)
TARGETS = dataset_files.labels(24)
EXPECTED = Dataset.from_pictures("expected", IMAGES, TARGETS, LIMITS)
NUMBERS = np.array(TARGETS, int)

FLOATS = IMAGES[..., None] / 255
FILES = {
    "npz": dataset_files.npz(x=IMAGES, y=NUMBERS),
    "npz of images and text": dataset_files.npz(images=IMAGES, labels=np.array(TARGETS)),
    "npz in 0..1": dataset_files.npz(x_train=FLOATS, y_train=NUMBERS.astype(np.uint8)),
    "npz in 0..255 floats": dataset_files.npz(x=IMAGES.astype(np.float32), y=NUMBERS),
    "npz in half precision": dataset_files.npz(x=IMAGES.astype(np.float16), y=NUMBERS),
    "npz of wide integers": dataset_files.npz(x=IMAGES.astype(np.int64), y=NUMBERS),
    "npz in color": dataset_files.npz(x=np.repeat(IMAGES[..., None], 3, -1), y=NUMBERS),
    "npz in Fortran order": dataset_files.npz(x=np.asfortranarray(IMAGES), y=NUMBERS),
    "csv": dataset_files.csv(IMAGES, TARGETS),
    "csv without a header": dataset_files.csv(IMAGES, TARGETS, header=False),
    "csv from Windows": b"\xef\xbb\xbf" + dataset_files.csv(IMAGES, TARGETS).replace(b"\n", b"\r\n"),
    "csv in quotes": dataset_files.csv(IMAGES, TARGETS).replace(b"label,", b'"label",').replace(b"\n0,", b'\n"0", '),
    "csv.gz": gzip.compress(dataset_files.csv(IMAGES, TARGETS)),
    "zip": dataset_files.zipped(dataset_files.tree(IMAGES, TARGETS)),
    "zip below other folders": dataset_files.zipped(dataset_files.tree(IMAGES, TARGETS, "some/where/")),
    "zip from a Mac": dataset_files.zipped(
        dataset_files.tree(IMAGES, TARGETS, "set/") | {"__MACOSX/set/._0": b"x", "set/.DS_Store": b"x", "set/0/.DS_Store": b"x"}
    ),
    "zip with a note": dataset_files.zipped(
        dataset_files.tree(IMAGES, TARGETS, "set/") | {"set/README.txt": b"digits", "LICENSE": b"x"}
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_upload_and_file(name: str, tmp_path: Path) -> None:
    """An upload and a file with the same content return what was written."""
    path = tmp_path / "set.bin"  # the format is detected by content
    path.write_bytes(FILES[name])
    for dataset in (load_upload("set", FILES[name], LIMITS), load_path(path, LIMITS)):
        assert dataset.labels == EXPECTED.labels
        assert content(dataset) == content(EXPECTED)
        assert (dataset.in_test, dataset.writers, dataset.empty) == (None, None, 0)


@pytest.mark.parametrize("name", [name for name in FILES if "zip" not in name])
def test_order(name: str) -> None:
    """Formats with an order preserve it, so the hash is the same, too."""
    assert load_upload("set", FILES[name], LIMITS).sha256() == EXPECTED.sha256()


@pytest.mark.parametrize("gzipped", [False, True])
def test_idx(gzipped: bool, tmp_path: Path) -> None:
    """IDX is loaded from its images file, its folder and an upload of both files, gzipped or not."""
    path = dataset_files.write_idx_pair(IMAGES, TARGETS, tmp_path, packed=gzipped)
    pair = path, path.with_name(path.name.replace("images-idx3", "labels-idx1"))
    datasets = [load_path(path, LIMITS), load_path(tmp_path, LIMITS)]
    datasets.append(load_idx_pair(*(path.read_bytes() for path in pair), "pair", LIMITS))
    assert {each.sha256() for each in datasets} == {EXPECTED.sha256()}
    assert all(each.in_test is None for each in datasets)


def test_sprite(tmp_path: Path) -> None:
    """A sprite is loaded from its PNG and from its folder."""
    path = dataset_files.write_sprite(IMAGES, TARGETS, tmp_path)
    datasets = [load_path(path, LIMITS), load_path(tmp_path, LIMITS)]
    assert {each.sha256() for each in datasets} == {EXPECTED.sha256()}
    assert all(each.in_test is None for each in datasets)


def test_folder(tmp_path: Path) -> None:
    """A folder on disk and a zip file of it are the same dataset."""
    files = dataset_files.tree(IMAGES, TARGETS, "set/") | {"set/.DS_Store": b"x", "set/notes.md": b"x"}
    dataset = load_path(dataset_files.write_tree(files, tmp_path), LIMITS)
    assert dataset.sha256() == load_upload("zip", dataset_files.zipped(files), LIMITS).sha256()
    assert content(dataset) == content(EXPECTED)
    assert dataset.name == tmp_path.name


def test_test_split(tmp_path: Path) -> None:
    """The test split is preserved: MNIST's file names, Keras' arrays, folders train/ and test/."""
    dataset_files.write_idx_pair(IMAGES[:16], TARGETS[:16], tmp_path / "mnist", "train-")
    dataset_files.write_idx_pair(IMAGES[16:], TARGETS[16:], tmp_path / "mnist", "t10k-")
    arrays = dataset_files.npz(x_train=IMAGES[:16], y_train=NUMBERS[:16], x_test=IMAGES[16:], y_test=NUMBERS[16:])
    pictures = dataset_files.tree(IMAGES[:16], TARGETS[:16], "top/train/") | dataset_files.tree(
        IMAGES[16:], TARGETS[16:], "top/Test/"
    )
    for dataset in (
        load_path(tmp_path / "mnist", LIMITS),
        load_upload("npz", arrays, LIMITS),
        load_upload("zip", dataset_files.zipped(pictures), LIMITS),
        load_path(dataset_files.write_tree(pictures, tmp_path / "pictures"), LIMITS),
    ):
        assert content(dataset.take(dataset.in_test)) == content(EXPECTED.take(np.arange(16, 24)))
        assert content(dataset.take(~dataset.in_test)) == content(EXPECTED.take(np.arange(16)))


def test_mnist(mnist_folder: Path) -> None:
    """Real MNIST: all 70,000 images, unchanged, 10,000 of them in the test split."""
    dataset = load_path(mnist_folder, LIMITS)
    raw = gzip.decompress((mnist_folder / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    assert dataset.images.shape == (70_000, 28, 28)
    assert dataset.labels == tuple("0123456789")
    assert (dataset.in_test.sum(), dataset.empty) == (10_000, 0)
    assert dataset.images[dataset.in_test].tobytes() == raw
    assert dataset.take(dataset.in_test).counts()["1"] == 1135


def test_documentation() -> None:
    """docs/datasets.md lists every named dataset and every kind of file that is tested here."""
    page = (Path(__file__).parents[4] / "docs" / "datasets.md").read_text("utf-8")
    kinds = {f".{name.split()[0].removesuffix('.gz')}" for name in FILES} | {"IDX", "sprite", "folder", ".jsonl"}
    assert [name for name in (*NAMED_DATASETS, *kinds) if name not in page] == []
