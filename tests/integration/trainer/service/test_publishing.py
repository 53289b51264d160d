"""Publishing by HTTP: a finished job's model goes into the folder that the server serves."""

import hashlib
import threading

import pytest

from inkling.models.predictor import Predictor
from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG, Serving


def test_a_finished_job_is_published(serving: Serving, finished: dict):
    """The file answers, and is what the answer says; the job remembers its names."""
    answer = serving.ask("POST", f"/jobs/{finished['id']}/publish", {"name": "mine"})
    assert answer.status == 201, answer.body
    place = serving.models / "mine.onnx"
    card = Predictor(place).card
    assert answer.body["model"] == "mine"
    assert answer.body["sha256"] == hashlib.sha256(place.read_bytes()).hexdigest()
    assert answer.body["created"] == card.created
    assert answer.body["accuracy"] == card.raw["report"]["accuracy"]
    assert card.raw["name"] == "mine"
    assert serving.job(finished["id"])["published"] == ["mine"]


def test_two_publishes_at_once_are_one(serving: Serving, finished: dict):
    """The second is refused, the first goes through."""
    path, answers = f"/jobs/{finished['id']}/publish", []
    threads = [threading.Thread(target=lambda: answers.append(serving.ask("POST", path, {"name": "twice"}))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused, done = sorted(answers, key=lambda answer: -answer.status)
    assert done.status == 201
    assert_error(refused, 409, "conflict", "one publish at a time")


@pytest.mark.parametrize("name", ["../out", "a/b", "", ".hidden", "a\nb", "x" * 101, "/etc/passwd"])
def test_a_name_with_a_path_in_it_is_refused(serving: Serving, finished: dict, name: str):
    """Before anything is exported."""
    assert_error(serving.ask("POST", f"/jobs/{finished['id']}/publish", {"name": name}), 400, "invalid_input", "name")
    assert not list(serving.folder.glob("*.onnx"))


@pytest.mark.parametrize("body", [{}, {"name": 3}, {"name": "a", "more": 1}, {"model": "a"}])
def test_a_publish_names_a_name_alone(serving: Serving, finished: dict, body: dict):
    """And nothing else."""
    assert_error(serving.ask("POST", f"/jobs/{finished['id']}/publish", body), 400, "invalid_input", "name as a string")


def test_an_unfinished_job_is_not_published(serving: Serving):
    """Neither while it waits nor while it runs."""
    running, waiting = serving.submit(**LONG), serving.submit(**LONG)
    serving.first(running, "batch")
    for number, state in ((running, "running"), (waiting, "queued")):
        assert_error(serving.ask("POST", f"/jobs/{number}/publish", {"name": "early"}), 409, "conflict", state)
    for number in (waiting, running):
        serving.steer(number, state="stopped")
        serving.ended(number)
    assert_error(serving.ask("POST", f"/jobs/{waiting}/publish", {"name": "never"}), 409, "conflict", "stopped")
    assert not list(serving.models.glob("[en]*.onnx"))
