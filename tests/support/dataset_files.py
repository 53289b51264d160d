"""A few images written in every dataset format, and limits that are small enough to reach."""

import gzip
import io
import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkling.datasets.dataset import Dataset
from inkling.datasets.loader import load_upload
from inkling.errors import InvalidDataset
from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import rasterize
from inkling.limits import Limits

LIMITS = Limits()
SMALL = Limits(
    max_picture_pixels=40_000,
    max_picture_side=300,
    max_dataset_images=100,
    max_dataset_bytes=1_000_000,
    max_dataset_pixels=500_000,
)


def drawings(count: int, seed: int = 0) -> np.ndarray:
    """Normalized images, uint8 (count, 28, 28), all distinct."""
    rng = np.random.default_rng(seed)
    return np.stack([normalize(rasterize([rng.integers(0, 100, (5, 2)).astype(float)])) for _ in range(count)])


def labels(count: int, distinct: int = 3) -> list[str]:
    """Labels 0, 1, 2, 0, 1, … as strings."""
    return [str(index % distinct) for index in range(count)]


def idx(values: np.ndarray) -> bytes:
    """An IDX file of unsigned bytes."""
    values = np.asarray(values, np.uint8)
    return b"\0\0\x08" + bytes([values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()


def write_idx_pair(images: np.ndarray, targets: list[str], folder: Path, part: str = "train-", packed: bool = False) -> Path:
    """Write an images file and its labels file; return the path of the images file."""
    pack, end = (gzip.compress, ".gz") if packed else (bytes, "")
    folder.mkdir(exist_ok=True)
    (folder / f"{part}labels-idx1-ubyte{end}").write_bytes(
        pack(
            idx(np.array([int(target) for target in targets])),
        )
    )
    path = folder / f"{part}images-idx3-ubyte{end}"
    path.write_bytes(pack(idx(images)))
    return path


def npz(**arrays: np.ndarray) -> bytes:
    """A .npz file."""
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def png(image: np.ndarray) -> bytes:
    """A picture file."""
    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG")
    return out.getvalue()


def tree(images: np.ndarray, targets: list[str], top: str = "") -> dict[str, bytes]:
    """PNG files by path, one folder per label."""
    return {
        f"{top}{target}/{index:03}.png": png(image) for index, (image, target) in enumerate(zip(images, targets, strict=True))
    }


def zipped(files: dict[str, bytes]) -> bytes:
    """A .zip with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def write_tree(files: dict[str, bytes], folder: Path) -> Path:
    """Write files, given by path, below a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def csv(images: np.ndarray, targets: list[str], header: bool = True) -> bytes:
    """Kaggle's CSV."""
    pixels = images.reshape(len(images), -1).tolist()
    rows = [["label", *(f"pixel{index}" for index in range(len(pixels[0])))]] if header else []
    rows += [[target, *row] for target, row in zip(targets, pixels, strict=True)]
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def jsonl(*records: dict) -> bytes:
    """One JSON object per line."""
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def seven(label: object = "7", **fields: object) -> dict:
    """A stroke record of a seven."""
    return {"label": label, "strokes": [[[0, 0], [50, 2], [20, 90]]]} | fields


def write_sprite(images: np.ndarray, targets: list[str], folder: Path, distinct: int = 3) -> Path:
    """Write the two files of the TensorFlow.js tutorial; return the path of the PNG."""
    path = folder / "mnist_images.png"
    Image.fromarray(images.reshape(len(images), -1)).save(path)
    (folder / "mnist_labels_uint8").write_bytes(np.eye(distinct, dtype=np.uint8)[[int(target) for target in targets]].tobytes())
    return path


def content(dataset: Dataset) -> list[tuple[str, bytes]]:
    """Labels and images of a dataset, in an order that doesn't depend on the order of its files."""
    return sorted(
        (dataset.labels[target], image.tobytes()) for target, image in zip(dataset.targets, dataset.images, strict=True)
    )


def assert_rejected(data: bytes, detail: str = "") -> None:
    """Check that an upload raises InvalidDataset with a printable message that contains `detail`: a number, name or value."""
    with pytest.raises(InvalidDataset) as caught:
        load_upload("upload", data, LIMITS)
    assert detail in str(caught.value)
    assert str(caught.value).isprintable()
