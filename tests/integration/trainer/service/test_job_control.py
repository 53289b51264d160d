"""PATCH /jobs/ID: change settings, pause, resume and stop."""

import time
from collections.abc import Iterator

import pytest

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG_FIT, TrainerProcess
from trainer.runs.run import Run


@pytest.fixture
def running_job(service: TrainerProcess) -> Iterator[str]:
    """The ID of a running job."""
    job_id = service.submit(**LONG_FIT)
    service.wait_for_event(job_id, "batch")
    yield job_id
    service.update_job(job_id, state="stopped")
    service.wait_for_end(job_id)


def test_changed_settings_take_effect(service: TrainerProcess, running_job: str):
    """The following steps report the new learning rate."""
    assert service.update_job(running_job, learning_rate=0.25, batch_size=10, weight_decay=0).status == 200
    assert any(event.kind == "batch" and event.data["learning_rate"] == 0.25 for event in service.stream_events(running_job))


INVALID_CHANGES: list[dict] = [
    {"momentum": 0.5},
    {"learning_rate": 50},
    {"learning_rate": "fast"},
    {"batch_size": 0},
    {"batch_size": 1.5},
    {"epochs": 3},
    {"state": "asleep"},
    {},
]


def test_invalid_changes_are_rejected(service: TrainerProcess, running_job: str):
    """The job keeps running with its settings. Adadelta, which it uses, has no momentum."""
    for change in INVALID_CHANGES:
        assert_error(service.update_job(running_job, **change), 400, "invalid_input")
    job = service.get_job(running_job)
    assert job["state"] == "running"
    assert job["mutable"] == ["learning_rate", "weight_decay", "batch_size"]


def test_a_paused_fit_takes_no_steps(service: TrainerProcess, running_job: str):
    """Repeating a request has no effect."""
    for _ in range(2):
        assert service.update_job(running_job, state="paused").body["state"] == "paused"
    before = service.request("GET", f"/jobs/{running_job}/snapshot").body["step"]
    time.sleep(0.5)
    assert service.request("GET", f"/jobs/{running_job}/snapshot").body["step"] == before
    for _ in range(2):
        assert service.update_job(running_job, state="running").body["state"] == "running"
    assert any(event.kind == "batch" and event.data["step"] > before for event in service.stream_events(running_job))


def test_a_stopped_fit_is_finalized(service: TrainerProcess):
    """Also while it is paused; its run is complete."""
    job_id = service.submit(**LONG_FIT)
    service.wait_for_event(job_id, "epoch")
    service.update_job(job_id, state="paused")
    assert service.update_job(job_id, state="stopped").status == 200
    job = service.wait_for_end(job_id)
    assert job["state"] == "stopped"
    assert job["result"]["interrupted"] is True
    assert Run(service.runs / job_id).finished


def test_ended_jobs_cannot_be_changed(service: TrainerProcess, finished_job: dict):
    """Neither settings nor state."""
    for change in ({"learning_rate": 0.1}, {"state": "paused"}, {"state": "stopped"}, {"state": "running"}):
        assert_error(service.update_job(finished_job["id"], **change), 409, "conflict")
