"""A small labeled dataset in every format that /evaluate accepts."""

import gzip
import io
import json
import struct
import zipfile

import numpy as np

from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import rasterize
from inkling.models.smoke_test import SMOKE_STROKES
from tests.support.pictures import encode_picture

LABELS = ["7", "1", "7", "0", "1"]


def images() -> np.ndarray:
    """Five images, uint8 (5, 28, 28)."""
    line = [np.array([[0, 0], [10, 90]], np.float64)]
    ring = [np.array([[50 * np.sin(t), 70 * np.cos(t)] for t in np.linspace(0, 6.28, 40)])]
    flipped = [stroke * [-1, 1] for stroke in SMOKE_STROKES]
    return np.stack([normalize(rasterize(strokes)) for strokes in (SMOKE_STROKES, line, flipped, ring, line)])


def idx(array: np.ndarray) -> bytes:
    """An IDX file of unsigned bytes."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def archive() -> bytes:
    """A zip with one folder per label."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        for position, (image, label) in enumerate(zip(images(), LABELS, strict=True)):
            zipped.writestr(f"{label}/{position}.png", encode_picture(image))
    return file.getvalue()


def npz() -> bytes:
    """A .npz in Keras' layout."""
    file = io.BytesIO()
    digits = np.array(LABELS, np.uint8)
    np.savez(file, x_train=images(), y_train=digits, x_test=images(), y_test=digits)
    return file.getvalue()


def csv() -> bytes:
    """A CSV in Kaggle's layout."""
    header = ["label", *(f"pixel{n}" for n in range(784))]
    rows = [[label, *image.reshape(-1).tolist()] for label, image in zip(LABELS, images(), strict=True)]
    return "\n".join(",".join(map(str, row)) for row in [header, *rows]).encode()


def idx_pair(packed: bool = False) -> dict:
    """The form fields of two IDX files."""
    pack = gzip.compress if packed else bytes
    digits = np.array(LABELS, np.uint8)
    return {"images": (io.BytesIO(pack(idx(images()))), "five"), "labels": (io.BytesIO(pack(idx(digits))), "labels")}


def as_json(labels: list | None = None) -> dict:
    """The JSON body."""
    return json.loads(json.dumps({"images": images().tolist(), "labels": labels or LABELS}))
