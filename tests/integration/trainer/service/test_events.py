"""GET /jobs/ID/events: server-sent events."""

import threading
import time

import pytest

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG_FIT, ServerSentEvent, TrainerProcess


def test_the_stream_describes_the_fit(finished_job_and_events: tuple[dict, list[ServerSentEvent]]):
    """From `started` to `finished`, with consecutive IDs from 1."""
    _, events = finished_job_and_events
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


def test_reconnecting_clients_miss_nothing(
    service: TrainerProcess, finished_job_and_events: tuple[dict, list[ServerSentEvent]]
):
    """Last-Event-ID resumes after any event."""
    job, events = finished_job_and_events
    for cut in (0, 1, len(events) // 2, len(events) - 1):
        assert list(service.stream_events(job["id"], after=cut)) == events[cut:]
    assert list(service.stream_events(job["id"])) == events


def test_after_the_last_event_the_status_is_204(
    service: TrainerProcess, finished_job_and_events: tuple[dict, list[ServerSentEvent]]
):
    """So that browsers do not reconnect."""
    job, events = finished_job_and_events
    response = service.request("GET", f"/jobs/{job['id']}/events", Last_Event_ID=str(len(events)))
    assert (response.status, response.body) == (204, b"")


@pytest.mark.parametrize("given", ["-1", "1000000", "x", "1.5", "9" * 30])
def test_invalid_event_ids_are_rejected(service: TrainerProcess, finished_job: dict, given: str):
    """Last-Event-ID must be the ID of an event."""
    response = service.request("GET", f"/jobs/{finished_job['id']}/events", Last_Event_ID=given)
    assert_error(response, 400, "invalid_input")


def test_head_requests_end_at_once(service: TrainerProcess, finished_job: dict):
    """They get the headers of the stream."""
    response = service.request("HEAD", f"/jobs/{finished_job['id']}/events")
    assert response.headers["Content-Type"].startswith("text/event-stream")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.slow
def test_twenty_clients_receive_the_same_events(service: TrainerProcess):
    """More clients than threads, and the service keeps responding."""
    job_id = service.submit(**LONG_FIT)
    service.wait_for_event(job_id, "batch")
    heard: list[list[ServerSentEvent]] = [[] for _ in range(20)]
    watchers = [threading.Thread(target=lambda mine=mine: mine.extend(service.stream_events(job_id))) for mine in heard]
    for watcher in watchers:
        watcher.start()
        time.sleep(0.02)
    assert service.request("GET", "/health/live").body == {"status": "live"}
    service.update_job(job_id, state="stopped")
    for watcher in watchers:
        watcher.join()
    assert heard[0][-1].kind == "finished"
    assert all(each == heard[0] for each in heard)


@pytest.mark.slow
def test_the_idle_timeout_does_not_end_a_stream(tmp_path):
    """A paused fit emits no events."""
    with TrainerProcess(tmp_path, "--idle-timeout", "1", "--warm-workers", "0") as service:
        job_id = service.submit(**LONG_FIT)
        events = service.stream_events(job_id)
        while next(events).kind != "batch":
            continue
        service.update_job(job_id, state="paused")
        time.sleep(3.5)
        service.update_job(job_id, state="running")
        last = max(event.number for event in (next(events) for _ in range(20)))
        assert last > 20
