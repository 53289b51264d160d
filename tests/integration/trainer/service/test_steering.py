"""Steering by HTTP: settings change, fits are held, go on and stop."""

import time
from collections.abc import Iterator

import pytest

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG, Serving
from trainer.runs.run import Run


@pytest.fixture
def running(serving: Serving) -> Iterator[str]:
    """A job that runs."""
    number = serving.submit(**LONG)
    serving.first(number, "batch")
    yield number
    serving.steer(number, state="stopped")
    serving.ended(number)


def test_a_change_takes_effect(serving: Serving, running: str):
    """The steps after it are told with the new learning rate."""
    assert serving.steer(running, learning_rate=0.25, batch_size=10, weight_decay=0).status == 200
    assert any(event.kind == "batch" and event.data["learning_rate"] == 0.25 for event in serving.watch(running))


REFUSED = [
    ({"momentum": 0.5}, "adadelta"),
    ({"learning_rate": 50}, "between 1e-07 and 10"),
    ({"learning_rate": "fast"}, "learning_rate as float"),
    ({"batch_size": 0}, "between 1 and 65536"),
    ({"batch_size": 1.5}, "batch_size as int"),
    ({"epochs": 3}, "'epochs'"),
    ({"state": "asleep"}, "paused, running, stopped"),
    ({}, "an empty object"),
]


@pytest.mark.parametrize(("change", "words"), REFUSED, ids=str)
def test_a_change_without_sense_is_refused(serving: Serving, running: str, change: dict, words: str):
    """With what is allowed; the job runs on."""
    assert_error(serving.steer(running, **change), 400, "invalid_input", words)
    assert serving.job(running)["state"] == "running"


def test_what_may_change_is_told(serving: Serving, running: str):
    """Adadelta has no momentum."""
    assert serving.job(running)["mutable"] == ["learning_rate", "weight_decay", "batch_size"]


def test_a_paused_fit_stands_still(serving: Serving, running: str):
    """No step is done until it goes on; to ask twice changes nothing."""
    for _ in range(2):
        assert serving.steer(running, state="paused").body["state"] == "paused"
    time.sleep(0.3)  # the step that was being done, and its event
    before = serving.job(running)["progress"]["step"]
    time.sleep(0.5)
    assert serving.job(running)["progress"]["step"] == before
    for _ in range(2):
        assert serving.steer(running, state="running").body["state"] == "running"
    assert any(event.kind == "batch" and event.data["step"] > before for event in serving.watch(running))


def test_a_stopped_fit_keeps_its_best_weights(serving: Serving):
    """Also when it was paused; its run is finished."""
    number = serving.submit(**LONG)
    serving.first(number, "epoch")
    serving.steer(number, state="paused")
    assert serving.steer(number, state="stopped").status == 200
    job = serving.ended(number)
    assert job["state"] == "stopped"
    assert job["result"]["interrupted"] is True
    assert Run(serving.runs / number).finished


def test_a_job_that_is_over_cannot_be_steered(serving: Serving, finished: dict):
    """The sentence says which state it is in."""
    for change in ({"learning_rate": 0.1}, {"state": "paused"}, {"state": "stopped"}, {"state": "running"}):
        assert_error(serving.steer(finished["id"], **change), 409, "conflict", "finished")
