"""The same images, whatever they are written in."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from inkling.datasets.dataset import LabelledSet
from inkling.datasets.loader import read_idx_pair, read_path, read_upload
from tests.support import dataset_files
from tests.support.dataset_files import LIMITS, content

IMAGES = dataset_files.drawings(24)
TARGETS = dataset_files.labels(24)
EXPECTED = LabelledSet.of("expected", IMAGES, TARGETS, LIMITS)
NUMBERS = np.array(TARGETS, int)

FLOATS = IMAGES[..., None] / 255
FILES = {
    "npz": dataset_files.npz(x=IMAGES, y=NUMBERS),
    "npz of images and text": dataset_files.npz(images=IMAGES, labels=np.array(TARGETS)),
    "npz in 0..1": dataset_files.npz(x_train=FLOATS, y_train=NUMBERS.astype(np.uint8)),
    "npz in 0..255 floats": dataset_files.npz(x=IMAGES.astype(np.float32), y=NUMBERS),
    "npz in half precision": dataset_files.npz(x=IMAGES.astype(np.float16), y=NUMBERS),
    "npz of wide integers": dataset_files.npz(x=IMAGES.astype(np.int64), y=NUMBERS),
    "npz in colour": dataset_files.npz(x=np.repeat(IMAGES[..., None], 3, -1), y=NUMBERS),
    "npz by column": dataset_files.npz(x=np.asfortranarray(IMAGES), y=NUMBERS),
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
def test_upload_and_file_hold_the_same_set(name: str, tmp_path: Path) -> None:
    """Bytes that are uploaded and the same bytes in a file read back as what was written."""
    place = tmp_path / "set.bin"  # the name says nothing
    place.write_bytes(FILES[name])
    for known in (read_upload("set", FILES[name], LIMITS), read_path(place, LIMITS)):
        assert known.labels == EXPECTED.labels
        assert content(known) == content(EXPECTED)
        assert (known.in_test, known.writers, known.empty) == (None, None, 0)


@pytest.mark.parametrize("name", [name for name in FILES if "zip" not in name])
def test_order_is_kept(name: str) -> None:
    """Formats that have an order keep it, so that the fingerprint is the same as well."""
    assert read_upload("set", FILES[name], LIMITS).sha256() == EXPECTED.sha256()


@pytest.mark.parametrize("packed", [False, True])
def test_idx(packed: bool, tmp_path: Path) -> None:
    """IDX reads by its images file, by its folder and as an upload of two parts, gzipped or not."""
    place = dataset_files.write_idx_pair(IMAGES, TARGETS, tmp_path, packed=packed)
    pair = place, place.with_name(place.name.replace("images-idx3", "labels-idx1"))
    known = [read_path(place, LIMITS), read_path(tmp_path, LIMITS)]
    known.append(read_idx_pair(*(path.read_bytes() for path in pair), "pair", LIMITS))
    assert {each.sha256() for each in known} == {EXPECTED.sha256()}
    assert all(each.in_test is None for each in known)


def test_sprite(tmp_path: Path) -> None:
    """A sprite reads by its picture and by its folder."""
    place = dataset_files.write_sprite(IMAGES, TARGETS, tmp_path)
    known = [read_path(place, LIMITS), read_path(tmp_path, LIMITS)]
    assert {each.sha256() for each in known} == {EXPECTED.sha256()}
    assert all(each.in_test is None for each in known)


def test_folder(tmp_path: Path) -> None:
    """A folder on disk reads as its zip file does."""
    files = dataset_files.tree(IMAGES, TARGETS, "set/") | {"set/.DS_Store": b"x", "set/notes.md": b"x"}
    known = read_path(dataset_files.write_tree(files, tmp_path), LIMITS)
    assert known.sha256() == read_upload("zip", dataset_files.zipped(files), LIMITS).sha256()
    assert content(known) == content(EXPECTED)
    assert known.name == tmp_path.name


def test_named_test_part(tmp_path: Path) -> None:
    """Formats that name a test part keep it: MNIST's file names, Keras' arrays, folders train/ and test/."""
    dataset_files.write_idx_pair(IMAGES[:16], TARGETS[:16], tmp_path / "mnist", "train-")
    dataset_files.write_idx_pair(IMAGES[16:], TARGETS[16:], tmp_path / "mnist", "t10k-")
    arrays = dataset_files.npz(x_train=IMAGES[:16], y_train=NUMBERS[:16], x_test=IMAGES[16:], y_test=NUMBERS[16:])
    pictures = dataset_files.tree(IMAGES[:16], TARGETS[:16], "top/train/") | dataset_files.tree(
        IMAGES[16:], TARGETS[16:], "top/Test/"
    )
    for known in (
        read_path(tmp_path / "mnist", LIMITS),
        read_upload("npz", arrays, LIMITS),
        read_upload("zip", dataset_files.zipped(pictures), LIMITS),
        read_path(dataset_files.write_tree(pictures, tmp_path / "pictures"), LIMITS),
    ):
        assert content(known.take(known.in_test)) == content(EXPECTED.take(np.arange(16, 24)))
        assert content(known.take(~known.in_test)) == content(EXPECTED.take(np.arange(16)))


def test_mnist(mnist_folder: Path) -> None:
    """Real MNIST: all 70,000 images, unchanged, 10,000 of them in the test part."""
    known = read_path(mnist_folder, LIMITS)
    raw = gzip.decompress((mnist_folder / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    assert known.images.shape == (70_000, 28, 28)
    assert known.labels == tuple("0123456789")
    assert (known.in_test.sum(), known.empty) == (10_000, 0)
    assert known.images[known.in_test].tobytes() == raw
    assert known.take(known.in_test).counts()["1"] == 1135
