"""Files that declare, or decompress to, more than the limits: rejected before memory is allocated."""

import gzip
import struct
import tracemalloc

import numpy as np
import pytest

from inkling.datasets.loader import load_idx_pair, load_upload
from inkling.errors import InvalidDataset, TooLarge
from tests.support import dataset_files
from tests.support.dataset_files import LIMITS, SMALL, csv, drawings, idx, jsonl, npz, seven, zipped

IMAGES = drawings(6)
NUMBERS = np.arange(6)
LABELS = idx(NUMBERS)


def huge_idx(*shape: int) -> bytes:
    """The header of an IDX file without data."""
    return b"\0\0\x08\x03" + struct.pack(">3I", *shape)


ZEROS = bytes(64 << 20)
HUGE = {
    "gzip bomb": gzip.compress(b"7" + b",0" * (32 << 20), 9),
    "gzip bomb of strokes": gzip.compress(b"{" + ZEROS, 9),
    "gzip bomb of many parts": gzip.compress(b"7" + b",0" * (1 << 19)) * 64,
    "zip bomb": zipped({"0/a.png": ZEROS}),
    "zip bomb of many members": zipped({f"0/{index}.png": bytes(100_000) for index in range(11)}),
    "zip with too many entries": zipped({f"{index}/": b"" for index in range(1400)}),
    "npz bomb": npz(x=np.zeros((64, 1 << 20), np.uint8), y=NUMBERS),
    "npz of too many images": npz(x=np.zeros((101, 2, 2), np.uint8), y=np.zeros(101, int)),
    "npz of large pictures": npz(x=np.zeros((1, 201, 200), np.uint8), y=NUMBERS[:1]),
    "npz of long pictures": npz(x=np.zeros((1, 301, 2), np.uint8), y=NUMBERS[:1]),
    "zip of a picture beyond the limit": zipped({"0/a.png": dataset_files.png(np.zeros((201, 200), np.uint8))}),
    "zip of pictures beyond the limit together": zipped(
        {f"0/{index}.png": dataset_files.png(np.eye(190, dtype=np.uint8) * 255) for index in range(14)}
    ),
    "csv of too many images": csv(drawings(1)[:, :1, :1].repeat(101, 0), ["7"] * 101),
    "strokes with too many points": jsonl(seven(strokes=[[[0, 0]] * 20_001])),
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_upload(name: str) -> None:
    """A file that declares or decompresses to more than the limits raises TooLarge, and memory stays near the limits."""
    data = HUGE[name]
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            load_upload(name, data, SMALL)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 12 * SMALL.max_dataset_bytes


@pytest.mark.parametrize(
    "images",
    [
        huge_idx(101, 28, 28),
        huge_idx(2**32 - 1, 2**32 - 1, 2**32 - 1),
        huge_idx(1, 20_000, 1),
        huge_idx(100, 150, 150),
        gzip.compress(huge_idx(100, 190, 190) + ZEROS),
    ],
)
def test_huge_idx(images: bytes) -> None:
    """Sizes in an IDX header are checked before data is read."""
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            load_idx_pair(images, LABELS, "huge", SMALL)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * SMALL.max_dataset_bytes


def test_gzip_is_decompressed_up_to_the_declared_size() -> None:
    """A gzip bomb after the six declared images takes the memory of six images."""
    images = gzip.compress(idx(IMAGES) + ZEROS)
    tracemalloc.start()
    try:
        with pytest.raises(InvalidDataset, match="4,704"):
            load_idx_pair(images, LABELS, "bomb", LIMITS)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000
