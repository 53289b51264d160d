"""Damage of any kind to a file of any format: a set comes back, or one sentence, and never anything else."""

import gzip
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inkling.datasets.dataset import LabelledSet
from inkling.datasets.loader import read_idx_pair, read_path, read_upload
from inkling.errors import BadData, TooLarge
from tests.support import dataset_files
from tests.support.dataset_files import SMALL, csv, drawings, idx, jsonl, npz, seven, zipped

IMAGES, TARGETS = drawings(3), dataset_files.labels(3)
NUMBERS = np.array(TARGETS, int)
FILES = {
    "npz": npz(x_train=IMAGES, y_train=NUMBERS),
    "npz of text": npz(images=IMAGES / 255, labels=np.array(TARGETS)),
    "zip": zipped(dataset_files.tree(IMAGES, TARGETS)),
    "csv": csv(IMAGES[:, ::7, ::7], TARGETS),
    "csv.gz": gzip.compress(csv(IMAGES[:, ::7, ::7], TARGETS)),
    "jsonl": jsonl(seven("7", writer="a"), seven("1", writer="b")),
}
damage = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["set", "cut", "insert", "drop"]), st.binary(max_size=6)), max_size=4
)


def damaged(data: bytes, wounds: list[tuple[float, str, bytes]]) -> bytes:
    """Bytes with some overwritten, inserted or left out, or all left out from somewhere on."""
    for place, kind, replacement in wounds:
        at = int(place * len(data))
        end = {"set": at + len(replacement), "cut": len(data), "insert": at, "drop": at + len(replacement)}[kind]
        data = data[:at] + (replacement if kind in ("set", "insert") else b"") + data[end:]
    return data


def accepted(read: Callable[[], LabelledSet]) -> LabelledSet | None:
    """The set, or None where it is refused as it should be. Any other exception passes through and fails the test."""
    try:
        return read()
    except (BadData, TooLarge):
        return None


@pytest.mark.parametrize("name", FILES)
@given(wounds=damage)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_upload(name: str, wounds: list) -> None:
    """An upload that was damaged is read or refused."""
    known = accepted(lambda: read_upload(name, damaged(FILES[name], wounds), SMALL))
    assert known is None or 1 <= len(known) == len(known.targets) <= SMALL.max_set_images


@given(images=damage, labels=damage)
@settings(max_examples=120, deadline=None)
def test_idx(images: list, labels: list) -> None:
    """An IDX pair that was damaged is read or refused."""
    pair = damaged(idx(IMAGES), images), damaged(gzip.compress(idx(NUMBERS)), labels)
    known = accepted(lambda: read_idx_pair(*pair, "pair", SMALL))
    assert known is None or 1 <= len(known) <= len(IMAGES)


@given(picture=damage, labels=damage)
@settings(max_examples=60, deadline=None)
def test_sprite(picture: list, labels: list, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A sprite that was damaged is read or refused."""
    place = dataset_files.write_sprite(IMAGES, TARGETS, tmp_path_factory.mktemp("sprite"))
    beside = place.with_name("mnist_labels_uint8")
    place.write_bytes(damaged(place.read_bytes(), picture))
    beside.write_bytes(damaged(beside.read_bytes(), labels))
    known = accepted(lambda: read_path(place, SMALL))
    assert known is None or 1 <= len(known) <= len(IMAGES)


@given(data=st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes(data: bytes) -> None:
    """Bytes of no format are refused, even where they begin as a format does."""
    for start in (b"", b"\x1f\x8b", b"PK\x03\x04", b"\0\0\x08\x03", b"{"):
        assert accepted(lambda start=start: read_upload("any", start + data, SMALL)) is None
