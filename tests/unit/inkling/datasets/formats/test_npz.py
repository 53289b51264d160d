"""Arrays that are damaged, have the wrong shape, or would have to be unpickled."""

import struct

import numpy as np
import pytest

from inkling.datasets.loader import load_upload
from inkling.errors import InvalidDataset
from inkling.limits import Limits
from tests.support import dataset_files
from tests.support.dataset_files import assert_rejected, drawings, npz, zipped

IMAGES, TARGETS = drawings(6), dataset_files.labels(6)
NUMBERS = np.array(TARGETS, int)
NAN = IMAGES / 255.0
NAN[3, 5, 5] = np.nan


def npy(header: str, values: bytes = b"") -> bytes:
    """A .npy file with a hand-written header."""
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + values


def arrays(x: bytes) -> bytes:
    """A .npz file whose x.npy has this content."""
    return zipped({"x.npy": x, "y.npy": b""})


INVALID = {
    "npz with other arrays": (npz(a=IMAGES), "x_train"),
    "npz of images without labels": (npz(x_train=IMAGES), "x_train"),
    "npz of fewer labels": (npz(x=IMAGES, y=NUMBERS[:5]), "6 in x and 5 in y"),
    "npz of objects": (npz(x=IMAGES, y=np.array([{}] * 6)), ".npy"),
    "npz of pickled pictures": (npz(x=np.array([b"a", 1], object), y=NUMBERS), ".npy"),
    "npz of records": (npz(x=IMAGES, y=np.zeros(6, [("a", "u1")])), "y.npy"),
    "npz with NaN": (npz(x=NAN, y=NUMBERS), "NaN"),
    "npz with infinity": (npz(x=np.where(np.isnan(NAN), np.inf, NAN), y=NUMBERS), "inf"),
    "npz below 0": (npz(x=IMAGES / 127.5 - 1, y=NUMBERS), "-1"),
    "npz above 255": (npz(x=IMAGES.astype(int) * 2, y=NUMBERS), "510"),
    "npz of one image": (npz(x=IMAGES[0], y=NUMBERS), "(28, 28)"),
    "npz in four channels": (npz(x=np.repeat(IMAGES[..., None], 4, -1), y=NUMBERS), "(6, 28, 28, 4)"),
    "npz with labels as floats": (npz(x=IMAGES, y=NUMBERS / 1.0), "float64"),
    "npz with one-hot labels": (npz(x=IMAGES, y=np.eye(6)), "(6, 6)"),
    "npz of two sizes": (npz(x_train=IMAGES, y_train=NUMBERS, x_test=IMAGES[:, :20], y_test=NUMBERS), "(6, 20, 28)"),
    "empty npz": (npz(x=IMAGES[:0], y=NUMBERS[:0]), ""),
    "npz of images without height": (npz(x=IMAGES[:, :0], y=NUMBERS), "1×1"),
    "npz with labels that are not UTF-8": (npz(x=IMAGES, y=np.array([b"\xff"] * 6)), "y"),
    "npz with an invalid array": (arrays(b"hello"), "x.npy"),
    "npz with code in a header": (arrays(npy("__import__('os').system('true')")), "x.npy"),
    "npz with a wrong shape": (
        arrays(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (9999999999, 28, 28)}", b"1234")),
        "9999999999",
    ),
    "npz with a negative shape": (
        arrays(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (-4, -1)}", b"1234")),
        "(-4, -1)",
    ),
}


@pytest.mark.parametrize("name", INVALID)
def test_invalid_npz(name: str) -> None:
    """Arrays that aren't a dataset raise InvalidDataset."""
    assert_rejected(*INVALID[name])


def test_too_many_labels() -> None:
    """More labels than the limit raise InvalidDataset."""
    images = drawings(12)
    with pytest.raises(InvalidDataset, match=r"12.*10"):
        load_upload("set", npz(x=images, y=np.arange(12)), Limits(max_labels=10))
