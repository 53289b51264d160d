"""Jobs run one after the other, with the same result as on the command line."""

import numpy as np
import pytest

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG_FIT, SHORT_FIT, TrainerProcess, wait_for
from trainer.fit import fit
from trainer.recipes import recipe
from trainer.runs.run import Run


def test_a_job_writes_a_run_folder(service: TrainerProcess, finished_job: dict):
    """With its settings and its result."""
    assert finished_job["state"] == "finished"
    assert finished_job["name"] == "short fit"
    assert finished_job["reason"] is None
    assert finished_job["created"] <= finished_job["started"] <= finished_job["ended"]
    run = Run.open(service.runs / finished_job["id"])
    assert finished_job["run"] == f"runs/{finished_job['id']}"  # no path, which would reveal the folders of the machine
    assert run.settings.to_dict() == finished_job["settings"]
    assert finished_job["settings"] == recipe("tfjs", **SHORT_FIT | {"data": ("digits",), "recipe": "tfjs"}).to_dict()
    assert run.finished
    assert finished_job["result"]["test"]["n"] == len(run.held_out("test"))
    assert finished_job["epoch"]["epoch"] == 2
    assert finished_job["progress"]["event"] == "batch"


def test_a_job_gives_the_same_weights_as_the_command_line(service: TrainerProcess, finished_job: dict, tmp_path):
    """Bit by bit."""
    overrides = {name: value for name, value in SHORT_FIT.items() if name not in ("recipe", "data")}
    run = fit(recipe("tfjs", data=("digits",), **overrides), tmp_path / "run", [])
    job = Run.open(service.runs / finished_job["id"])
    for ours, theirs in zip(run.read_weights(), job.read_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_jobs_are_listed_newest_first(service: TrainerProcess, finished_job: dict):
    """In pages."""
    other = service.submit(**SHORT_FIT | {"epochs": 1})
    service.wait_for_end(other)
    everything = service.request("GET", "/jobs").body
    numbers = [job["id"] for job in everything["jobs"]]
    assert numbers.index(other) < numbers.index(finished_job["id"])
    assert everything["next"] is None
    page = service.request("GET", "/jobs?limit=1").body
    assert [job["id"] for job in page["jobs"]] == numbers[:1]
    following = service.request("GET", f"/jobs?limit=500&before={page['next']}").body
    assert [job["id"] for job in following["jobs"]] == numbers[1:]


@pytest.mark.slow
def test_one_job_runs_at_a_time(service: TrainerProcess):
    """Others are queued, with their position. A queued job can be stopped, but not paused or changed."""
    first, second, third = service.submit(**LONG_FIT), service.submit(**SHORT_FIT), service.submit(**SHORT_FIT)
    service.wait_for_event(first, "batch")
    assert [service.get_job(job_id)["state"] for job_id in (first, second, third)] == ["running", "queued", "queued"]
    assert [service.get_job(job_id)["queue_position"] for job_id in (first, second, third)] == [None, 1, 2]
    assert_error(service.update_job(second, learning_rate=0.1), 409, "conflict")
    assert_error(service.update_job(second, state="paused"), 409, "conflict")
    assert service.update_job(second, state="stopped").body["state"] == "stopped"
    assert [event.kind for event in service.stream_events(second)] == ["failed"]
    assert service.get_job(third)["queue_position"] == 1
    assert service.update_job(first, state="stopped").status == 200
    assert service.wait_for_end(first)["state"] == "stopped"
    assert service.wait_for_end(third)["state"] == "finished"
    assert not (service.runs / second).exists()


@pytest.mark.slow
def test_a_stopped_job_can_be_resumed(service: TrainerProcess):
    """After its last whole epoch, to the same weights as without the interruption."""
    settings = SHORT_FIT | {"epochs": 40}
    whole, halved = service.submit(**settings), service.submit(**settings)
    service.wait_for_end(whole)
    next(
        event for event in service.stream_events(halved) if event.data.get("epoch") == 2
    )  # the checkpoint of the first epoch is written by now
    service.update_job(halved, state="stopped")
    stopped = service.wait_for_end(halved)
    assert stopped["state"] == "stopped"
    assert 0 < stopped["epoch"]["epoch"] < 40
    assert service.update_job(halved, state="running").status == 200
    wait_for(lambda: service.get_job(halved)["state"] == "finished", "the rest of it")
    for ours, theirs in zip(Run(service.runs / whole).read_weights(), Run(service.runs / halved).read_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    events = list(service.stream_events(halved))
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert [event.data["epoch"] for event in events if event.kind == "epoch"] == list(range(1, 41))
    assert_error(service.update_job(halved, state="running"), 409, "conflict")
