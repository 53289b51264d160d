"""Failures of jobs don't affect the service."""

import shutil
import subprocess

import pytest

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import COMMAND, LONG_FIT, SHORT_FIT, TIMEOUT_SECONDS, TrainerProcess, fit_pid, kill, wait_for


@pytest.mark.slow
def test_a_killed_process_fails_its_job(service: TrainerProcess):
    """The reason names the signal, and the next job runs."""
    job_id = service.submit(**LONG_FIT)
    service.wait_for_event(job_id, "batch")
    kill(fit_pid(service))
    job = service.wait_for_end(job_id)
    assert job["state"] == "failed"
    assert "SIGKILL" in job["reason"]
    last = list(service.stream_events(job_id))[-1]
    assert (last.kind, last.data["message"]) == ("failed", job["reason"])
    assert service.wait_for_end(service.submit(**SHORT_FIT | {"epochs": 1}))["state"] == "finished"


@pytest.mark.slow
def test_a_killed_job_can_be_resumed(service: TrainerProcess):
    """After its last whole epoch."""
    job_id = service.submit(**SHORT_FIT | {"epochs": 100})
    next(
        event for event in service.stream_events(job_id) if event.data.get("epoch") == 2
    )  # the checkpoint of the first epoch is written by now
    kill(fit_pid(service))
    assert service.wait_for_end(job_id)["state"] == "failed"
    assert service.update_job(job_id, state="running").status == 200
    wait_for(lambda: service.get_job(job_id)["state"] == "running", "it to run")
    second = [event for event in service.stream_events(job_id) if event.kind == "started"][1]
    assert second.data["first_epoch"] > 0
    assert service.wait_for_end(job_id)["state"] == "finished"


@pytest.mark.slow
def test_exceeding_the_memory_limit_fails_a_job(tmp_path):
    """The service keeps responding."""
    with TrainerProcess(tmp_path, "--job-memory", "256", "--warm-workers", "0") as service:
        job_id = service.submit(**LONG_FIT)
        job = service.wait_for_end(job_id)
        assert job["state"] == "failed"
        assert "256 MiB" in job["reason"]
        assert service.request("GET", "/health/ready").status == 200


@pytest.mark.slow
def test_deleting_the_run_folder_fails_its_job(service: TrainerProcess):
    """Its events remain, but it cannot be resumed or published."""
    job_id = service.submit(**LONG_FIT)
    service.wait_for_event(job_id, "epoch")
    service.update_job(job_id, state="paused")
    service.request("GET", f"/jobs/{job_id}/snapshot")  # responds after the current step
    shutil.rmtree(service.runs / job_id)
    service.update_job(job_id, state="running")
    job = service.wait_for_end(job_id)
    assert job["state"] == "failed"
    assert job["reason"]
    assert list(service.stream_events(job_id))[-1].kind == "failed"
    assert_error(service.update_job(job_id, state="running"), 410, "run_deleted")
    assert_error(service.request("POST", f"/jobs/{job_id}/publish", {"name": "run_deleted"}), 410, "run_deleted")


@pytest.mark.slow
def test_invalid_data_fails_a_job(service: TrainerProcess):
    """With the same message as on the command line."""
    (service.folder / "set" / "only").mkdir(parents=True)
    (service.folder / "set" / "only" / "one.png").write_bytes(b"no picture")
    job = service.wait_for_end(service.submit(**SHORT_FIT | {"data": [str(service.folder / "set")]}))
    assert job["state"] == "failed"
    assert job["reason"]


def test_a_second_trainer_does_not_start(service: TrainerProcess, tmp_path):
    """On the same database, also through a symbolic link, or the same runs folder."""
    link = tmp_path / "link.db"
    link.symlink_to(service.store.removeprefix("sqlite:///"))
    other = f"sqlite:///{tmp_path / 'other.db'}"
    for words in (
        ["--store", service.store, "--runs", str(tmp_path / "runs")],
        ["--store", f"sqlite:///{link}", "--runs", str(tmp_path / "runs")],
        ["--store", other, "--runs", str(service.runs)],
    ):
        command = [*COMMAND, "serve", "--port", "0", "--warm-workers", "0", *words]
        completed = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)
        assert completed.returncode == 1
    assert service.request("GET", "/health/live").status == 200
