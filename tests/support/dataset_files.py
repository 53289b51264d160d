"""The same few images written in every format, and limits that are small enough to reach."""

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
    """Images, uint8 (count, 28, 28), all different, as `normalize` leaves them."""
    rng = np.random.default_rng(seed)
    return np.stack([normalize(rasterize([rng.integers(0, 100, (5, 2)).astype(float)])) for _ in range(count)])


def labels(count: int, different: int = 3) -> list[str]:
    """Labels that take turns."""
    return [str(index % different) for index in range(count)]


def idx(values: np.ndarray) -> bytes:
    """An IDX file of unsigned bytes."""
    values = np.asarray(values, np.uint8)
    return b"\0\0\x08" + bytes([values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()


def write_idx_pair(images: np.ndarray, targets: list[str], folder: Path, part: str = "train-", packed: bool = False) -> Path:
    """An images file and its labels file; returns the images file's path."""
    pack, end = (gzip.compress, ".gz") if packed else (bytes, "")
    folder.mkdir(exist_ok=True)
    (folder / f"{part}labels-idx1-ubyte{end}").write_bytes(
        pack(
            idx(np.array([int(target) for target in targets])),
        )
    )
    place = folder / f"{part}images-idx3-ubyte{end}"
    place.write_bytes(pack(idx(images)))
    return place


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
    """Pictures by path, a folder a label."""
    return {
        f"{top}{target}/{index:03}.png": png(image) for index, (image, target) in enumerate(zip(images, targets, strict=True))
    }


def zipped(files: dict[str, bytes]) -> bytes:
    """A .zip of files by path."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def write_tree(files: dict[str, bytes], folder: Path) -> Path:
    """Files by path, below a folder."""
    for name, data in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


def csv(images: np.ndarray, targets: list[str], header: bool = True) -> bytes:
    """Kaggle's CSV."""
    pixels = images.reshape(len(images), -1).tolist()
    rows = [["label", *(f"pixel{index}" for index in range(len(pixels[0])))]] if header else []
    rows += [[target, *row] for target, row in zip(targets, pixels, strict=True)]
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def jsonl(*records: dict) -> bytes:
    """A JSON object a line."""
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def seven(label: str = "7", **fields) -> dict:
    """A drawing as a line of strokes."""
    return {"label": label, "strokes": [[[0, 0], [50, 2], [20, 90]]]} | fields


def write_sprite(images: np.ndarray, targets: list[str], folder: Path, different: int = 3) -> Path:
    """The TF.js tutorial's pair of files; returns the PNG's path."""
    place = folder / "mnist_images.png"
    Image.fromarray(images.reshape(len(images), -1)).save(place)
    (folder / "mnist_labels_uint8").write_bytes(
        np.eye(different, dtype=np.uint8)[[int(target) for target in targets]].tobytes()
    )
    return place


def content(known: Dataset) -> list[tuple[str, bytes]]:
    """What a set holds, in an order that does not depend on that of the files."""
    return sorted((known.labels[target], image.tobytes()) for target, image in zip(known.targets, known.images, strict=True))


def assert_refused(data: bytes, sentence: str) -> None:
    """An upload is refused as BadData, in words that can be printed and that hold the given ones."""
    with pytest.raises(InvalidDataset) as refused:
        load_upload("upload", data, LIMITS)
    assert sentence in str(refused.value)
    assert str(refused.value).isprintable()
