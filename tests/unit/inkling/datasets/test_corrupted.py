"""Randomly damaged files of every format: reading returns a dataset or raises InvalidDataset or TooLarge, nothing else."""

import gzip
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inkling.datasets.dataset import Dataset
from inkling.datasets.loader import load_idx_pair, load_path, load_upload
from inkling.errors import InvalidDataset, TooLarge
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


def damaged(data: bytes, edits: list[tuple[float, str, bytes]]) -> bytes:
    """Apply edits: overwrite, insert or delete bytes, or truncate."""
    for position, kind, replacement in edits:
        at = int(position * len(data))
        end = {"set": at + len(replacement), "cut": len(data), "insert": at, "drop": at + len(replacement)}[kind]
        data = data[:at] + (replacement if kind in ("set", "insert") else b"") + data[end:]
    return data


def read_or_reject(read: Callable[[], Dataset]) -> Dataset | None:
    """Return the dataset, or None if it is rejected. Any other exception fails the test."""
    try:
        return read()
    except (InvalidDataset, TooLarge):
        return None


@pytest.mark.parametrize("name", FILES)
@given(edits=damage)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_upload(name: str, edits: list) -> None:
    """A damaged upload is read or rejected."""
    dataset = read_or_reject(lambda: load_upload(name, damaged(FILES[name], edits), SMALL))
    assert dataset is None or 1 <= len(dataset) == len(dataset.targets) <= SMALL.max_dataset_images


@given(images=damage, labels=damage)
@settings(max_examples=120, deadline=None)
def test_idx(images: list, labels: list) -> None:
    """A damaged IDX pair is read or rejected."""
    pair = damaged(idx(IMAGES), images), damaged(gzip.compress(idx(NUMBERS)), labels)
    dataset = read_or_reject(lambda: load_idx_pair(*pair, "pair", SMALL))
    assert dataset is None or 1 <= len(dataset) <= len(IMAGES)


@given(picture=damage, labels=damage)
@settings(max_examples=60, deadline=None)
def test_sprite(picture: list, labels: list, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A damaged sprite is read or rejected."""
    path = dataset_files.write_sprite(IMAGES, TARGETS, tmp_path_factory.mktemp("sprite"))
    labels_file = path.with_name("mnist_labels_uint8")
    path.write_bytes(damaged(path.read_bytes(), picture))
    labels_file.write_bytes(damaged(labels_file.read_bytes(), labels))
    dataset = read_or_reject(lambda: load_path(path, SMALL))
    assert dataset is None or 1 <= len(dataset) <= len(IMAGES)


@given(data=st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes(data: bytes) -> None:
    """Random bytes are rejected, even if they start like a supported format."""
    for start in (b"", b"\x1f\x8b", b"PK\x03\x04", b"\0\0\x08\x03", b"{"):
        assert read_or_reject(lambda start=start: load_upload("any", start + data, SMALL)) is None
