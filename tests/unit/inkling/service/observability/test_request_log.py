"""RequestLog: lines of JSON or text, written by a thread that nobody waits for."""

import os
from collections.abc import Iterator

import orjson
import pytest

from inkling.service.observability import request_log
from inkling.service.observability.request_log import ATOMIC_BYTES, RequestLog, format_json, format_text, join_lines

ENTRY = {
    "time": 1_790_000_000.25,
    "level": "info",
    "service": "server",
    "request_id": "abc",
    "trace_id": None,
    "method": "POST",
    "route": "/predict",
    "path": None,
    "status": 200,
    "ms": 1.25,
    "code": None,
    "model": "digits",
    "labels": ["7"],
}


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """The reading and the writing end."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_json_leaves_out_what_is_unknown():
    """The time is ISO 8601 in UTC."""
    assert orjson.loads(format_json(ENTRY)) == {
        "time": "2026-09-21T14:13:20.250Z",
        "level": "info",
        "service": "server",
        "request_id": "abc",
        "method": "POST",
        "route": "/predict",
        "status": 200,
        "ms": 1.25,
        "model": "digits",
        "labels": ["7"],
    }


def test_text_is_one_line():
    """Also for a path that contains control characters."""
    assert format_text(ENTRY)[9:] == b"POST /predict 200 1.2 ms digits 7\n"
    forged = ENTRY | {"path": "/a\n12:00:00 forged\x1b[31m", "model": None, "labels": None, "code": "not_found"}
    assert format_text(forged)[9:] == b"POST /a\\n12:00:00 forged\\x1b[31m 200 1.2 ms not_found\n"


def test_entries_are_written_in_order(pipe: tuple[int, int]):
    """All of them, at the latest when the log is closed."""
    log = RequestLog(pipe[1], as_json=True)
    for number in range(20):
        log.append(ENTRY | {"request_id": str(number)})
    log.close()
    lines = os.read(pipe[0], 1 << 16).splitlines()
    assert [orjson.loads(line)["request_id"] for line in lines] == [str(number) for number in range(20)]


def test_slow_reader_loses_lines_but_stops_nothing(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch):
    """The number of lost lines is logged."""
    monkeypatch.setattr(request_log, "MAX_PENDING", 3)
    log = RequestLog(pipe[1], as_json=True)
    log.pending.extend([ENTRY] * 3)  # before the thread starts
    for _ in range(5):
        log.append(ENTRY)
    assert (len(log.pending), log.dropped) == (3, 5)
    log._flush()
    *lines, last = os.read(pipe[0], 1 << 16).splitlines()
    assert len(lines) == 3
    assert orjson.loads(last)["message"] == "5 lines dropped"


def test_missing_reader_is_no_error():
    """Requests go on when nobody reads the log any more."""
    reading, writing = os.pipe()
    os.close(reading)
    log = RequestLog(writing, as_json=True)
    log.append(ENTRY)
    log.close()
    os.close(writing)
    assert not log.pending


def test_blocks_are_atomic():
    """Lines are never split, so that those of several processes do not mix."""
    lines = [b"a" * 3_000 + b"\n", b"b" * 1_000 + b"\n", b"c" * 500 + b"\n", b"d" * 9_000 + b"\n", b"e\n"]
    blocks = list(join_lines(lines))
    assert b"".join(blocks) == b"".join(lines)
    assert all(block.endswith(b"\n") for block in blocks)
    assert [len(block) <= ATOMIC_BYTES for block in blocks] == [True, True, False, True]
