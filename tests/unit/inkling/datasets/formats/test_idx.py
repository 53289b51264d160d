"""IDX files whose headers, sizes or counts do not fit."""

import gzip

import numpy as np
import pytest

from inkling.datasets.loader import read_idx_pair
from inkling.errors import BadData
from tests.support import dataset_files
from tests.support.dataset_files import LIMITS, drawings, idx

IMAGES, TARGETS = drawings(6), dataset_files.labels(6)
NUMBERS = np.array(TARGETS, int)
LABELS = idx(NUMBERS)
BAD_PAIRS = {
    "nothing": (b"", LABELS, "begins with 0x."),
    "other bytes": (b"hello world", LABELS, "begins with 0x68656c6c"),
    "shorts": (b"\0\0\x0b\x03" + idx(IMAGES)[4:], LABELS, "unsigned bytes"),
    "labels for images": (LABELS, LABELS, "images (3 dimensions). Received one with 1"),
    "images for labels": (idx(IMAGES), idx(IMAGES), "labels (1 dimension). Received one with 3"),
    "a header that breaks off": (idx(IMAGES)[:10], LABELS, "in its header"),
    "images that break off": (idx(IMAGES)[:-1], LABELS, "only 4,703"),
    "more than the header says": (idx(IMAGES) + b"x", LABELS, "Received more"),
    "fewer labels": (idx(IMAGES), idx(NUMBERS[:5]), "6 pictures and 5 labels"),
    "no images": (idx(IMAGES[:0]), idx(NUMBERS[:0]), "empty set"),
    "images without height": (idx(IMAGES[:, :0]), LABELS, "1×1"),
    "blank images": (idx(IMAGES * 0), LABELS, "6 without any"),
    "gzip that breaks off": (gzip.compress(idx(IMAGES))[:200], LABELS, "breaks off"),
}


@pytest.mark.parametrize("name", BAD_PAIRS)
def test_broken_idx(name: str) -> None:
    """IDX files whose magic, sizes or counts do not fit are refused with a sentence."""
    images, targets, sentence = BAD_PAIRS[name]
    with pytest.raises(BadData) as refused:
        read_idx_pair(images, targets, name, LIMITS)
    assert sentence in str(refused.value)
