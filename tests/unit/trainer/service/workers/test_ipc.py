"""Frames: what is written is read, and half of one is none."""

import io

import pytest

from trainer.service.workers.ipc import read_message, write_message

FRAMES = [({"call": 1, "do": "fit"}, b""), ({"answer": 1, "value": {"n": [1, 2.5, "ü\n"]}}, b"\x00\n\xff" * 1000)]


def test_frames_come_back_as_they_were():
    """One after the other, then the end."""
    stream = io.BytesIO()
    for said, body in FRAMES:
        write_message(stream, said, body)
    stream.seek(0)
    assert [read_message(stream) for _ in FRAMES] == FRAMES
    assert read_message(stream) is None


@pytest.mark.parametrize("lost", [1, 1000])
def test_half_a_frame_is_none(lost: int):
    """The other side has died while it wrote."""
    stream = io.BytesIO()
    write_message(stream, *FRAMES[1])
    assert read_message(io.BytesIO(stream.getvalue()[:-lost])) is None
