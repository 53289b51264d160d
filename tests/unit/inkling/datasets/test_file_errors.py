"""Files that are missing, misnamed or inconsistent, in the readers of each format."""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.lib import format as npy

from inkling.datasets.dataset import Dataset
from inkling.datasets.formats import idx, image_folder
from inkling.datasets.io.bounded_gzip import read_file
from inkling.datasets.io.safe_zip import open_zip
from inkling.datasets.loader import load_path, load_upload
from inkling.errors import InvalidDataset, TooLarge
from inkling.imaging.normalization import normalize
from tests.support import dataset_files
from tests.support.dataset_files import LIMITS, SMALL, assert_rejected, csv, drawings, jsonl, seven, write_idx_pair, zipped

IMAGES, TARGETS = drawings(3), dataset_files.labels(3)


def test_pictures_of_different_sizes() -> None:
    """Each is normalized for itself, and blank ones are counted."""
    pictures = [np.full((40, 30), 255, np.uint8), np.pad(255 - IMAGES[0], 20, constant_values=255), 255 - IMAGES[1]]
    dataset = Dataset.from_pictures("mixed", pictures, ["0", "1", "2"], LIMITS)
    assert [dataset.labels[target] for target in dataset.targets] == ["1", "2"]
    assert (dataset.images == [normalize(picture) for picture in pictures[1:]]).all()
    assert dataset.empty == 1


@pytest.mark.parametrize("packed", [False, True])
def test_number_of_images_in_an_idx_header(tmp_path: Path, packed: bool) -> None:
    """Read without the images."""
    assert idx.count_images(write_idx_pair(IMAGES, TARGETS, tmp_path, packed=packed)) == 3


@pytest.mark.parametrize(
    "data", [b"", dataset_files.idx(np.arange(3)), gzip.compress(b"\0\0\x08\x03")], ids=["empty", "labels", "short"]
)
def test_number_of_images_in_another_file(tmp_path: Path, data: bytes) -> None:
    """An empty file, one of labels, or a short header raises InvalidDataset."""
    (tmp_path / "file").write_bytes(data)
    with pytest.raises(InvalidDataset, match="file"):
        idx.count_images(tmp_path / "file")


def test_folder_without_idx_files(tmp_path: Path) -> None:
    """Raises InvalidDataset."""
    with pytest.raises(InvalidDataset, match="idx3"):
        idx.read_folder(tmp_path, LIMITS)


def test_idx_file_without_images_in_its_name(tmp_path: Path) -> None:
    """Its labels file cannot be found."""
    path = write_idx_pair(IMAGES, TARGETS, tmp_path)
    with pytest.raises(InvalidDataset, match=r"digits\.idx"):
        load_path(path.rename(tmp_path / "digits.idx"), LIMITS)


def test_folder_of_too_many_bytes(tmp_path: Path) -> None:
    """Counted before the pictures are read."""
    (tmp_path / "7").mkdir()
    for name in "ab":
        with (tmp_path / "7" / f"{name}.png").open("wb") as file:
            file.truncate(SMALL.max_dataset_bytes // 2 + 1)
    with pytest.raises(TooLarge, match=f"{SMALL.max_dataset_bytes + 2:,}"):
        load_path(tmp_path, SMALL)


def test_folder_of_too_many_files(tmp_path: Path) -> None:
    """Even if they aren't pictures."""
    for number in range(2 * SMALL.max_dataset_images + 1001):
        (tmp_path / str(number)).touch()
    with pytest.raises(TooLarge, match="1,200"):
        load_path(tmp_path, SMALL)


@pytest.mark.parametrize("read", [image_folder.read, read_file, lambda *given: open_zip(*given).__enter__()])
def test_missing_file(tmp_path: Path, read: Callable[..., object]) -> None:
    """A file or folder that was deleted after it was found raises InvalidDataset."""
    with pytest.raises(InvalidDataset, match="missing"):
        read(tmp_path / "missing", LIMITS)


def test_file_name_that_the_system_refuses(tmp_path: Path) -> None:
    """Raises InvalidDataset."""
    with pytest.raises(InvalidDataset, match="Cannot read"):
        read_file(tmp_path / ("x" * 300), LIMITS)


@pytest.mark.parametrize(
    "data",
    [
        b"\n\n" + csv(IMAGES, TARGETS).replace(b"\n", b"\n\n"),
        b"\n".join([b"", jsonl(seven("7")), b"  ", jsonl(seven("1"), seven("7"))]),
    ],
    ids=["csv", "jsonl"],
)
def test_blank_lines_are_skipped(data: bytes) -> None:
    """In text formats."""
    assert len(load_upload("upload", data, LIMITS)) == 3


def test_long_line_of_strokes() -> None:
    """It is rejected before it is parsed."""
    with pytest.raises(TooLarge, match="Line 2"):
        load_upload("upload", jsonl(seven()) + b'{"strokes": ' + b" " * 2_000_000 + b"}\n", LIMITS)


def test_unknown_version_of_npy() -> None:
    """Versions after 2.0 allow field names in UTF-8, which a dataset has no use for."""
    out = io.BytesIO()
    npy.write_array(out, IMAGES, version=(3, 0))
    labels = io.BytesIO()
    npy.write_array(labels, np.arange(3))
    assert_rejected(zipped({"x.npy": out.getvalue(), "y.npy": labels.getvalue()}), "(3, 0)")


def test_sprite_that_pillow_refuses(tmp_path: Path) -> None:
    """A PNG of more pixels than Pillow opens raises TooLarge."""
    header = b"IHDR" + struct.pack(">2I5B", 784, 400_000, 8, 0, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)) + b"\0\0\0\0IDAT"
    (tmp_path / "mnist_images.png").write_bytes(png)
    (tmp_path / "mnist_labels_uint8").write_bytes(b"\1")
    with pytest.raises(TooLarge, match="mnist_images"):
        load_path(tmp_path, LIMITS)


def test_zip_member_shorter_than_declared() -> None:
    """Its checksum may still be right."""
    data = bytearray(zipped({"7/a.png": dataset_files.png(IMAGES[0])}))
    directory = data.rindex(b"PK\x01\x02")
    (size,) = struct.unpack_from("<I", data, directory + 24)
    struct.pack_into("<I", data, directory + 24, size + 1)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.infolist()[0].file_size == size + 1
    assert_rejected(bytes(data), f"{size + 1:,}")
