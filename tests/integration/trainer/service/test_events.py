"""Events by HTTP: one stream, many watchers, without a gap or a repeat."""

import threading
import time

import pytest

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG, Event, Serving


def test_the_stream_tells_the_fit(told: tuple[dict, list[Event]]):
    """Started first, then steps and epochs, finished last; what a page needs is in them, and IDs count from 1."""
    _, events = told
    kinds = [event.kind for event in events]
    assert kinds[0] == "started"
    assert kinds[-1] == "finished"
    assert kinds.count("epoch") == 2
    assert "batch" in kinds
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert all(event.data["event"] == event.kind for event in events)
    batch = next(event.data for event in events if event.kind == "batch")
    assert {"loss", "accuracy", "images_seen", "images_per_second", "seconds_left", "learning_rate"} <= batch.keys()
    epoch = next(event.data for event in events if event.kind == "epoch")
    assert {"val_loss", "val_accuracy"} <= epoch.keys()


def test_whoever_comes_back_misses_nothing(serving: Serving, told: tuple[dict, list[Event]]):
    """Cut anywhere, what was told before and what comes after Last-Event-ID are the whole."""
    job, events = told
    for cut in (0, 1, len(events) // 2, len(events) - 1):
        assert list(serving.watch(job["id"], after=cut)) == events[cut:]
    assert list(serving.watch(job["id"])) == events


def test_whoever_has_heard_all_need_not_come_back(serving: Serving, told: tuple[dict, list[Event]]):
    """204 ends the reconnecting of browsers."""
    job, events = told
    answer = serving.ask("GET", f"/jobs/{job['id']}/events", Last_Event_ID=str(len(events)))
    assert (answer.status, answer.body) == (204, b"")


@pytest.mark.parametrize("given", ["-1", "1000000", "x", "1.5", "9" * 30])
def test_an_id_that_was_never_told_is_refused(serving: Serving, finished: dict, given: str):
    """With the IDs that there are."""
    answer = serving.ask("GET", f"/jobs/{finished['id']}/events", Last_Event_ID=given)
    assert_error(answer, 400, "invalid_input", "Last-Event-ID", "between 0 and")


def test_a_head_is_no_watcher(serving: Serving, finished: dict):
    """It gets the headers of the stream, and its end."""
    answer = serving.ask("HEAD", f"/jobs/{finished['id']}/events")
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["Cache-Control"] == "no-store"


def test_twenty_watchers_hear_the_same(serving: Serving):
    """While the fit runs, whenever they come, and the service answers on: watchers take no thread."""
    number = serving.submit(**LONG)
    serving.first(number, "batch")
    heard: list[list[Event]] = [[] for _ in range(20)]
    watchers = [threading.Thread(target=lambda mine=mine: mine.extend(serving.watch(number))) for mine in heard]
    for watcher in watchers:
        watcher.start()
        time.sleep(0.02)
    assert serving.ask("GET", "/health/live").body == {"status": "live"}
    serving.steer(number, state="stopped")
    for watcher in watchers:
        watcher.join()
    assert heard[0][-1].kind == "finished"
    assert all(each == heard[0] for each in heard)


def test_silence_ends_no_stream(tmp_path):
    """A paused fit tells nothing for longer than other connections may be silent; its watchers stay."""
    with Serving(tmp_path, "--idle-timeout", "1", "--warm-workers", "0") as serving:
        number = serving.submit(**LONG)
        events = serving.watch(number)
        while next(events).kind != "batch":
            continue
        serving.steer(number, state="paused")
        time.sleep(3.5)
        serving.steer(number, state="running")
        last = max(event.number for event in (next(events) for _ in range(20)))
        assert last > 20
