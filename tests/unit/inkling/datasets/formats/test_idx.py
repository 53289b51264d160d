"""IDX files with inconsistent headers, sizes or counts."""

import gzip

import numpy as np
import pytest

from inkling.datasets.loader import load_idx_pair
from inkling.errors import InvalidDataset
from tests.support import dataset_files
from tests.support.dataset_files import LIMITS, drawings, idx

IMAGES, TARGETS = drawings(6), dataset_files.labels(6)
NUMBERS = np.array(TARGETS, int)
LABELS = idx(NUMBERS)
INVALID_PAIRS = {
    "empty file": (b"", LABELS, "0x"),
    "other bytes": (b"hello world", LABELS, "0x68656c6c"),
    "shorts": (b"\0\0\x0b\x03" + idx(IMAGES)[4:], LABELS, "0x00000b03"),
    "labels for images": (LABELS, LABELS, "1"),
    "images for labels": (idx(IMAGES), idx(IMAGES), "3"),
    "truncated header": (idx(IMAGES)[:10], LABELS, ""),
    "truncated images": (idx(IMAGES)[:-1], LABELS, "4,703"),
    "more data than declared": (idx(IMAGES) + b"x", LABELS, "4,704"),
    "fewer labels": (idx(IMAGES), idx(NUMBERS[:5]), "5"),
    "no images": (idx(IMAGES[:0]), idx(NUMBERS[:0]), ""),
    "images without height": (idx(IMAGES[:, :0]), LABELS, "1×1"),
    "blank images": (idx(IMAGES * 0), LABELS, "6"),
    "truncated gzip": (gzip.compress(idx(IMAGES))[:200], LABELS, ""),
}


@pytest.mark.parametrize("name", INVALID_PAIRS)
def test_invalid_pair(name: str) -> None:
    """IDX files with an inconsistent magic number, size or count raise InvalidDataset."""
    images, targets, detail = INVALID_PAIRS[name]
    with pytest.raises(InvalidDataset) as caught:
        load_idx_pair(images, targets, name, LIMITS)
    assert detail in str(caught.value)
