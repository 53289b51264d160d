"""The event log of a job."""

from pathlib import Path

import pytest

from trainer.service.jobs.event_log import EventLog


def open_log(path: Path, max_bytes: int = 1 << 20) -> EventLog:
    """A log without clients."""
    return EventLog(path, max_bytes, lambda: None)


def read_text(log: EventLog, after: int = 0) -> str:
    """All events after an ID."""
    return log.read(log.offset_after(after), 1 << 20).decode()


def test_events_are_stored_as_server_sent_events(tmp_path):
    """ID, kind and JSON."""
    log = open_log(tmp_path / "log")
    log.append({"event": "started", "run": "a\nb"})
    assert read_text(log) == 'id: 1\nevent: started\ndata: {"event":"started","run":"a\\nb"}\n\n'


def test_a_reopened_log_continues_with_the_next_id(tmp_path):
    """After the events that it has."""
    for count in range(3):
        log = open_log(tmp_path / "log")
        assert len(log) == count
        log.append({"event": "batch", "step": count})
    assert [line for line in read_text(log, after=1).splitlines() if line.startswith("id")] == ["id: 2", "id: 3"]


@pytest.mark.parametrize("left", [b"id: 2", b"id: 2\nevent: batch\ndata: {}\n"])
def test_incomplete_events_are_overwritten(tmp_path, left: bytes):
    """Such as after a power failure."""
    path = tmp_path / "log"
    open_log(path).append({"event": "batch"})
    with path.open("ab") as file:
        file.write(left)
    log = open_log(path)
    assert len(log) == 1
    log.append({"event": "epoch"})
    assert read_text(log, after=1) == 'id: 2\nevent: epoch\ndata: {"event":"epoch"}\n\n'


def test_a_large_log_limits_batch_events(tmp_path):
    """Other events are all stored."""
    log = open_log(tmp_path / "log", max_bytes=100)
    for step in range(100):
        log.append({"event": "batch", "step": step})
    before = len(log)
    assert before < 10
    log.append({"event": "epoch"})
    assert len(log) == before + 1
    assert f"id: {before + 1}\nevent: epoch" in read_text(log)


def test_unknown_ids(tmp_path):
    """Below the first and above the last."""
    log = open_log(tmp_path / "log")
    log.append({"event": "batch"})
    assert log.offset_after(1) == log.size
    for number in (-1, 2):
        with pytest.raises(IndexError):
            log.offset_after(number)


@pytest.mark.parametrize("is_repeated", [False, True])
def test_a_repeated_epoch_counts_once(tmp_path, is_repeated: bool):
    """A crash between event and checkpoint repeats an epoch; the last event counts."""
    log = open_log(tmp_path / "log")
    for epoch, loss in [(1, 0.5), (2, 0.4), *([(2, 0.3)] if is_repeated else []), (3, 0.2)]:
        log.append({"event": "batch", "loss": loss})
        log.append({"event": "epoch", "epoch": epoch, "loss": loss, "confusion_matrix": [[1]]})
    assert [row["epoch"] for row in log.read_epochs()] == [1, 2, 3]
    assert log.read_epochs()[1] == {"event": "epoch", "epoch": 2, "loss": 0.3 if is_repeated else 0.4}
