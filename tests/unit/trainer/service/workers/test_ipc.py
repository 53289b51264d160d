"""Messages between service and workers."""

import io

import pytest

from trainer.service.workers.ipc import read_message, write_message

MESSAGES = [({"call": 1, "do": "fit"}, b""), ({"reply": 1, "value": {"n": [1, 2.5, "ü\n"]}}, b"\x00\n\xff" * 1000)]


def test_messages_round_trip():
    """In order; then the end of the stream."""
    stream = io.BytesIO()
    for message, body in MESSAGES:
        write_message(stream, message, body)
    stream.seek(0)
    assert [read_message(stream) for _ in MESSAGES] == MESSAGES
    assert read_message(stream) is None


@pytest.mark.parametrize("lost", [1, 1000])
def test_incomplete_message(lost: int):
    """The sender died while writing."""
    stream = io.BytesIO()
    write_message(stream, *MESSAGES[1])
    assert read_message(io.BytesIO(stream.getvalue()[:-lost])) is None
