"""POST /jobs/ID/publish."""

import hashlib
import threading

import pytest

from inkling.models.predictor import Predictor
from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG_FIT, TrainerProcess


def test_a_finished_job_is_published(service: TrainerProcess, finished_job: dict):
    """The response describes the file, and the job lists its name."""
    response = service.request("POST", f"/jobs/{finished_job['id']}/publish", {"name": "mine"})
    assert response.status == 201, response.body
    path = service.models / "mine.onnx"
    card = Predictor(path).card
    assert response.body["model"] == "mine"
    assert response.body["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert response.body["created"] == card.created
    assert response.body["accuracy"] == card.raw["report"]["accuracy"]
    assert card.raw["name"] == "mine"
    assert service.get_job(finished_job["id"])["published"] == ["mine"]


def test_concurrent_publishing_is_rejected(service: TrainerProcess, finished_job: dict):
    """One request succeeds."""
    path, responses = f"/jobs/{finished_job['id']}/publish", []
    threads = [
        threading.Thread(target=lambda: responses.append(service.request("POST", path, {"name": "twice"}))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rejected, accepted = sorted(responses, key=lambda response: -response.status)
    assert accepted.status == 201
    assert_error(rejected, 409, "conflict")


@pytest.mark.parametrize("name", ["../out", "a/b", "", ".hidden", "a\nb", "x" * 101, "/etc/passwd"])
def test_invalid_names_are_rejected(service: TrainerProcess, finished_job: dict, name: str):
    """No file is written."""
    assert_error(service.request("POST", f"/jobs/{finished_job['id']}/publish", {"name": name}), 400, "invalid_input")
    assert not list(service.folder.glob("*.onnx"))


@pytest.mark.parametrize("body", [{}, {"name": 3}, {"name": "a", "more": 1}, {"model": "a"}])
def test_invalid_bodies_are_rejected(service: TrainerProcess, finished_job: dict, body: dict):
    """The body has a name only."""
    assert_error(service.request("POST", f"/jobs/{finished_job['id']}/publish", body), 400, "invalid_input")


def test_unfinished_jobs_are_not_published(service: TrainerProcess):
    """Neither queued nor running, nor stopped before they began."""
    running, waiting = service.submit(**LONG_FIT), service.submit(**LONG_FIT)
    service.wait_for_event(running, "batch")
    for job_id in (running, waiting):
        assert_error(service.request("POST", f"/jobs/{job_id}/publish", {"name": "early"}), 409, "conflict")
    for job_id in (waiting, running):
        service.update_job(job_id, state="stopped")
        service.wait_for_end(job_id)
    assert_error(service.request("POST", f"/jobs/{waiting}/publish", {"name": "never"}), 409, "conflict")
    assert not list(service.models.glob("[en]*.onnx"))
