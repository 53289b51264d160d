"""IDX, the format of MNIST, plain or gzipped: a file of images, uint8 (n, height, width), and one of labels, uint8 (n,).

A file consists of two zero bytes, 8 for unsigned bytes, the number of dimensions, each dimension as a big-endian uint32, and
the values (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits").
"""

import math
import re
import struct
from pathlib import Path

import numpy as np

from inkling.datasets.dataset import Dataset, check_count, check_size
from inkling.datasets.io.bounded_gzip import open_stream, read_at_most, read_file
from inkling.errors import InvalidDataset, TooLarge
from inkling.limits import Limits

UNSIGNED_BYTES = b"\0\0\x08"
_HEAD_BYTES = 1 << 16  # enough for the header, compressed or not
_IMAGES_FILE = re.compile(r"(?P<split>.*?)images[-.]idx3([-.]ubyte)?(\.gz)?")


def read_pair(images: bytes, labels: bytes, name: str, limits: Limits) -> Dataset:
    """Read a dataset from the content of both files."""
    return Dataset.from_pictures(name, _parse(images, 3, limits), _to_strings(_parse(labels, 1, limits)), limits)


def read_files(images: Path, limits: Limits) -> Dataset:
    """Read a dataset from an images file and the labels file next to it, found by name."""
    pictures = _parse(read_file(images, limits), 3, limits)
    return Dataset.from_pictures(images.name, pictures, _read_labels(images, limits), limits)


def read_folder(folder: Path, limits: Limits, only_test: bool = False) -> Dataset:
    """Read a dataset from a folder whose images and labels files are named train-… and t10k-…, as for MNIST.

    The t10k- files are the test split, also if there are no train- files. only_test: read only the test split, if there is one.
    """
    files = find_split_files(folder, only_test)
    if not files:
        raise InvalidDataset(f"{folder} contains no IDX files such as train-images-idx3-ubyte.gz.")
    splits = [(split, _parse(read_file(path, limits), 3, limits), _read_labels(path, limits)) for split, path in files.items()]
    sizes = {images.shape[1:] for _, images, _ in splits}
    if len(sizes) > 1:
        raise InvalidDataset(f"All images must have one size. Got {' and '.join(f'{h}×{w}' for h, w in sorted(sizes))}.")
    check_count(sum(len(images) for _, images, _ in splits), limits)
    for split, images, labels in splits:
        _check_pair(f"{split}images", images, labels)
    in_test = np.concatenate([np.full(len(images), _is_test(split)) for split, images, _ in splits])
    return Dataset.from_pictures(
        folder.resolve().name,
        np.concatenate([images for _, images, _ in splits]),
        [label for _, _, labels in splits for label in labels],
        limits,
        in_test=in_test if in_test.any() else None,
    )


def find_image_files(folder: Path) -> dict[str, Path]:
    """Return a folder's images files, keyed by the part of their names before "images". Plain files win over gzipped ones."""
    found = {}
    for path in sorted(folder.iterdir(), reverse=True):  # "….gz" comes before the plain file, which then replaces it
        match = _IMAGES_FILE.fullmatch(path.name)
        if match and path.is_file():
            found[match["split"]] = path
    return dict(sorted(found.items(), key=lambda item: (_is_test(item[0]), item[0])))


def find_split_files(folder: Path, only_test: bool = False) -> dict[str, Path]:
    """As `find_image_files`; only_test: only those of the test split, if there is one."""
    files = find_image_files(folder)
    test = {split: path for split, path in files.items() if _is_test(split)}
    return test if only_test and test else files


def count_images(path: Path) -> int:
    """Return the number of images that a file's header declares. Raises InvalidDataset if it has no such header."""
    with path.open("rb") as file:
        header = read_at_most(open_stream(file.read(_HEAD_BYTES)), 8)
    if len(header) < 8 or header[:4] != UNSIGNED_BYTES + b"\3":
        raise InvalidDataset(f"{path.name} isn't an IDX file of images.")
    return int(struct.unpack(">I", header[4:])[0])


def _is_test(split: str) -> bool:
    return split.lower().startswith(("t10k", "test"))


def _read_labels(images: Path, limits: Limits) -> list[str]:
    name = images.name.replace("images", "labels").replace("idx3", "idx1").removesuffix(".gz")
    if name == images.name.removesuffix(".gz"):
        raise InvalidDataset(f"The name of an IDX images file must contain 'images', like …-images-…. Got {images.name}.")
    for path in (images.with_name(name), images.with_name(name + ".gz")):
        if path.is_file():
            return _to_strings(_parse(read_file(path, limits), 1, limits))
    raise InvalidDataset(f"The labels of {images.name} are missing: neither {name} nor {name}.gz exists next to it.")


def _parse(data: bytes, dimensions: int, limits: Limits) -> np.ndarray:
    """Parse a file with that many dimensions: uint8. The header is checked before the values are decompressed."""
    content = {1: "labels (1 dimension)", 3: "images (3 dimensions)"}[dimensions]
    stream = open_stream(data)
    magic = read_at_most(stream, 4)
    if len(magic) < 4 or not magic.startswith(UNSIGNED_BYTES):
        raise InvalidDataset(f"Expected an IDX file of {content} as unsigned bytes, got a file with magic 0x{magic.hex()}.")
    if magic[3] != dimensions:
        raise InvalidDataset(f"Expected an IDX file of {content}, got {magic[3]} dimensions.")
    header = read_at_most(stream, 4 * dimensions)
    if len(header) < 4 * dimensions:
        raise InvalidDataset(f"The header of the IDX file of {content} is incomplete.")
    shape = struct.unpack(f">{dimensions}I", header)
    check_count(shape[0], limits)
    if dimensions == 3:
        check_size(shape[1], shape[2], limits)
    size = math.prod(shape)
    if size > limits.max_dataset_bytes:
        raise TooLarge(f"The IDX file declares {size:,} bytes of images. At most {limits.max_dataset_bytes:,} are allowed.")
    values = read_at_most(stream, size + 1)
    if len(values) != size:
        received = "more" if len(values) > size else f"only {len(values):,}"
        raise InvalidDataset(f"Expected {size:,} bytes after the header of the IDX file of {content}, got {received}.")
    return np.frombuffer(values, np.uint8).reshape(shape)


def _check_pair(name: str, images: np.ndarray, labels: list[str]) -> None:
    if len(images) != len(labels):
        raise InvalidDataset(
            f"Expected one label per picture in {name}, got {len(images):,} pictures and {len(labels):,} labels."
        )


def _to_strings(labels: np.ndarray) -> list[str]:
    return [str(label) for label in labels.tolist()]
