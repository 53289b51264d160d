"""The event log: the stream as it lies in its file."""

from pathlib import Path

import pytest

from trainer.service.jobs.event_log import EventLog


def opened(place: Path, most: int = 1 << 20) -> EventLog:
    """A log that nobody watches."""
    return EventLog(place, most, lambda: None)


def text(log: EventLog, after: int = 0) -> str:
    """All after an ID."""
    return log.read(log.offset_after(after), 1 << 20).decode()


def test_it_holds_server_sent_events(tmp_path):
    """ID, kind and JSON, in the form of the WHATWG."""
    log = opened(tmp_path / "log")
    log.append({"event": "started", "run": "a\nb"})
    assert text(log) == 'id: 1\nevent: started\ndata: {"event":"started","run":"a\\nb"}\n\n'


def test_another_process_goes_on_with_the_next_id(tmp_path):
    """What was written is read, and counted."""
    for count in range(3):
        log = opened(tmp_path / "log")
        assert len(log) == count
        log.append({"event": "batch", "step": count})
    assert [line for line in text(log, after=1).splitlines() if line.startswith("id")] == ["id: 2", "id: 3"]


@pytest.mark.parametrize("left", [b"id: 2", b"id: 2\nevent: batch\ndata: {}\n"])
def test_part_of_an_event_is_no_event(tmp_path, left: bytes):
    """What a power cut left is written over."""
    place = tmp_path / "log"
    opened(place).append({"event": "batch"})
    with place.open("ab") as file:
        file.write(left)
    log = opened(place)
    assert len(log) == 1
    log.append({"event": "epoch"})
    assert text(log, after=1) == 'id: 2\nevent: epoch\ndata: {"event":"epoch"}\n\n'


def test_a_large_log_grows_slowly(tmp_path):
    """Steps become rare; nothing else is left out, and no ID."""
    log = opened(tmp_path / "log", most=100)
    for step in range(100):
        log.append({"event": "batch", "step": step})
    before = len(log)
    assert before < 10
    log.append({"event": "epoch"})
    assert len(log) == before + 1
    assert f"id: {before + 1}\nevent: epoch" in text(log)


def test_an_id_that_is_not_there_has_no_place(tmp_path):
    """Neither before the first nor behind the last."""
    log = opened(tmp_path / "log")
    log.append({"event": "batch"})
    assert log.offset_after(1) == log.size
    for number in (-1, 2):
        with pytest.raises(IndexError):
            log.offset_after(number)
