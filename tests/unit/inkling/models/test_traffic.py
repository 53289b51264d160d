"""Traffic shares: their arithmetic and their file."""

import os
from pathlib import Path

import pytest

from inkling.errors import InvalidInput
from inkling.models.traffic import MAX_FILE_BYTES, current_share, parse_shares, prepared_shares, read_shares


@pytest.mark.parametrize(
    ("shares", "rest"),
    [
        ({}, 1.0),
        ({"a": 0.1}, 0.9),
        ({"a": 1}, 0.0),
        ({"a": 0.1, "b": 0.2, "c": 0.7}, 0.0),
        ({f"{n}": 0.1 for n in range(10)}, 0),
    ],
)
def test_the_rest_goes_to_the_current_version(shares: dict, rest: float):
    """Also if decimal fractions sum to slightly more than 1 in binary arithmetic."""
    assert parse_shares(shares) == shares
    assert current_share(shares) == pytest.approx(rest)
    assert current_share(shares) >= 0


def test_shares_of_zero_are_left_out():
    """They are allowed, as a way to end a canary."""
    assert parse_shares({"a": 0, "b": 0.5, "c": 0.0}) == {"b": 0.5}


@pytest.mark.parametrize(
    "shares",
    [None, [], 0.5, {"a": -0.1}, {"a": 1.1}, {"a": "0.1"}, {"a": None}, {"a": True}, {"a": float("nan")}, {"a": 0.6, "b": 0.6}],
)
def test_invalid_shares(shares: object):
    """Not an object, not a number from 0 to 1, or more than 1 in all."""
    with pytest.raises(InvalidInput):
        parse_shares(shares)


def test_file(tmp_path: Path):
    """It holds what was written, is replaced as a whole, and is deleted without shares."""
    path = tmp_path / "traffic.json"
    assert read_shares(path) == {}
    for shares in ({"a" * 64: 0.25}, {"a" * 64: 0.5, "b" * 64: 0.1}, {}, {}):
        with prepared_shares(path, shares) as commit:
            commit()
        assert read_shares(path) == shares
        assert path.exists() == bool(shares)
    assert list(tmp_path.iterdir()) == []


def test_file_is_unchanged_without_commit(tmp_path: Path):
    """As when the model file could not be replaced."""
    path = tmp_path / "traffic.json"
    with prepared_shares(path, {"a" * 64: 0.25}) as commit:
        commit()
    for shares in ({}, {"b" * 64: 0.5}):
        with prepared_shares(path, shares):
            pass
    assert read_shares(path) == {"a" * 64: 0.25}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b"\xff", b'{"shares": {"a": 2}}', b'{"shares": NaN}', b"[" * 60_000, b" " * (MAX_FILE_BYTES + 1)],
)
def test_damaged_file(tmp_path: Path, content: bytes):
    """It raises InvalidInput."""
    (tmp_path / "traffic.json").write_bytes(content)
    with pytest.raises(InvalidInput):
        read_shares(tmp_path / "traffic.json")


def test_only_a_regular_file_is_read(tmp_path: Path):
    """Reading from a named pipe would wait for a writer."""
    os.mkfifo(tmp_path / "traffic.json")
    with pytest.raises(InvalidInput):
        read_shares(tmp_path / "traffic.json")
