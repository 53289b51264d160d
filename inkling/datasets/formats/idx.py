"""IDX: MNIST's own format, plain or gzipped. A file of images, uint8 (n, height, width), and one of labels, uint8 (n,).

The format: two zero bytes, 8 for unsigned bytes, the number of dimensions, each as a big-endian uint32, then the values
(Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits").
"""

import math
import re
import struct
from pathlib import Path

import numpy as np

from inkling.datasets.dataset import LabelledSet, check_count, check_size
from inkling.datasets.io.bounded_gzip import opened, read_at_most, read_file
from inkling.errors import BadData, TooLarge
from inkling.limits import Limits

UNSIGNED_BYTES = b"\0\0\x08"
_HEAD = 1 << 16  # bytes of a file, packed or not, that surely hold its header
_IMAGES_FILE = re.compile(r"(?P<part>.*?)images[-.]idx3([-.]ubyte)?(\.gz)?")


def read_pair(images: bytes, labels: bytes, name: str, limits: Limits) -> LabelledSet:
    """A set from the bytes of both files."""
    return LabelledSet.of(name, _array(images, 3, limits), _strings(_array(labels, 1, limits)), limits)


def read_files(images: Path, limits: Limits) -> LabelledSet:
    """A set from an images file and the labels file beside it, found by name."""
    pixels = _array(read_file(images, limits), 3, limits)
    return LabelledSet.of(images.name, pixels, _read_labels(images, limits), limits)


def read_folder(folder: Path, limits: Limits, only_test: bool = False) -> LabelledSet:
    """A set from a folder with images and labels files whose names begin with train- or t10k-, as MNIST's do.

    The t10k- files are the test part; without a train- pair beside them, all of the set is. only_test: no other file is read
    where there is such a part.
    """
    files = parts_of(folder, only_test)
    if not files:
        raise BadData(f"Expected IDX files such as train-images-idx3-ubyte.gz. Received {folder}, which holds none.")
    sets = [(part, _array(read_file(path, limits), 3, limits), _read_labels(path, limits)) for part, path in files.items()]
    sizes = {pixels.shape[1:] for _, pixels, _ in sets}
    if len(sizes) > 1:
        raise BadData(f"Expected images of one size. Received {' and '.join(f'{h}×{w}' for h, w in sorted(sizes))}.")
    check_count(sum(len(pixels) for _, pixels, _ in sets), limits)
    for part, pixels, labels in sets:
        _check_pair(f"{part}images", pixels, labels)
    in_test = np.concatenate([np.full(len(pixels), _is_test(part)) for part, pixels, _ in sets])
    return LabelledSet.of(
        folder.resolve().name,
        np.concatenate([pixels for _, pixels, _ in sets]),
        [label for _, _, labels in sets for label in labels],
        limits,
        in_test=in_test if in_test.any() else None,
    )


def image_files(folder: Path) -> dict[str, Path]:
    """The images files of a folder by what stands before "images" in their names; a plain file before a gzipped one."""
    found = {}
    for path in sorted(folder.iterdir(), reverse=True):  # "….gz" comes before the plain file, which then takes its place
        match = _IMAGES_FILE.fullmatch(path.name)
        if match and path.is_file():
            found[match["part"]] = path
    return dict(sorted(found.items(), key=lambda item: (_is_test(item[0]), item[0])))


def parts_of(folder: Path, only_test: bool = False) -> dict[str, Path]:
    """As `image_files`; only_test: those of the test part, where there is one."""
    files = image_files(folder)
    test = {part: path for part, path in files.items() if _is_test(part)}
    return test if only_test and test else files


def count(images: Path) -> int:
    """How many images a file's header tells of. Raises BadData where it has none."""
    with images.open("rb") as file:
        header = read_at_most(opened(file.read(_HEAD)), 8)
    if len(header) < 8 or header[:4] != UNSIGNED_BYTES + b"\3":
        raise BadData(f"Expected an IDX file of images. Received {images.name}, which begins otherwise.")
    return struct.unpack(">I", header[4:])[0]


def _is_test(part: str) -> bool:
    return part.lower().startswith(("t10k", "test"))


def _read_labels(images: Path, limits: Limits) -> list[str]:
    name = images.name.replace("images", "labels").replace("idx3", "idx1").removesuffix(".gz")
    if name == images.name.removesuffix(".gz"):
        raise BadData(f"Expected an images file whose name tells its labels file's, as …-images-…. Received {images.name}.")
    for path in (images.with_name(name), images.with_name(name + ".gz")):
        if path.is_file():
            return _strings(_array(read_file(path, limits), 1, limits))
    raise BadData(f"Expected the labels of {images.name} beside it, as {name} or {name}.gz. There is neither.")


def _array(data: bytes, dimensions: int, limits: Limits) -> np.ndarray:
    """The values of a file with that many dimensions, uint8. The header is checked before the values are unpacked."""
    what = {1: "labels (1 dimension)", 3: "images (3 dimensions)"}[dimensions]
    stream = opened(data)
    magic = read_at_most(stream, 4)
    if len(magic) < 4 or not magic.startswith(UNSIGNED_BYTES):
        raise BadData(f"Expected an IDX file of {what}, unsigned bytes. Received a file that begins with 0x{magic.hex()}.")
    if magic[3] != dimensions:
        raise BadData(f"Expected an IDX file of {what}. Received one with {magic[3]} dimensions.")
    header = read_at_most(stream, 4 * dimensions)
    if len(header) < 4 * dimensions:
        raise BadData(f"Expected an IDX file of {what}. Received one that breaks off in its header.")
    shape = struct.unpack(f">{dimensions}I", header)
    check_count(shape[0], limits)
    if dimensions == 3:
        check_size(shape[1], shape[2], limits)
    size = math.prod(shape)
    if size > limits.max_set_bytes:
        raise TooLarge(f"Expected at most {limits.max_set_bytes:,} bytes of images. Received a header that names {size:,}.")
    values = read_at_most(stream, size + 1)
    if len(values) != size:
        received = "more" if len(values) > size else f"only {len(values):,}"
        raise BadData(f"Expected {size:,} bytes after the header of an IDX file of {what}. Received {received}.")
    return np.frombuffer(values, np.uint8).reshape(shape)


def _check_pair(name: str, pixels: np.ndarray, labels: list[str]) -> None:
    if len(pixels) != len(labels):
        raise BadData(f"Expected one label for each picture of {name}. Received {len(pixels):,} and {len(labels):,} labels.")


def _strings(labels: np.ndarray) -> list[str]:
    return [str(label) for label in labels.tolist()]
