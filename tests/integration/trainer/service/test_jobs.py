"""Jobs by HTTP: what is queued runs, one after the other, as the command line would fit it."""

import numpy as np

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG, SMALL, Serving, wait_for
from trainer.fit import fit
from trainer.recipes import recipe
from trainer.runs.run import Run


def test_a_job_leaves_a_run(serving: Serving, finished: dict):
    """Its settings, its result and its name are told; the run in its folder can be evaluated."""
    assert finished["state"] == "finished"
    assert finished["name"] == "the small one"
    assert finished["reason"] is None
    assert finished["created"] <= finished["started"] <= finished["ended"]
    run = Run.open(serving.runs / finished["id"])
    assert finished["run"] == str(run.path)
    assert run.settings.to_dict() == finished["settings"]
    assert finished["settings"] == recipe("tfjs", **SMALL | {"data": ("digits",), "recipe": "tfjs"}).to_dict()
    assert run.finished
    assert finished["result"]["test"]["n"] == len(run.held_out("test"))
    assert finished["epoch"]["epoch"] == 2
    assert finished["progress"]["event"] == "batch"


def test_a_job_fits_as_the_command_line_does(finished: dict, tmp_path):
    """The same function with the same settings: the same weights, bit by bit."""
    overrides = {name: value for name, value in SMALL.items() if name not in ("recipe", "data")}
    run = fit(recipe("tfjs", data=("digits",), **overrides), tmp_path / "run", [])
    job = Run.open(Run(tmp_path).file(finished["run"]))
    for ours, theirs in zip(run.read_weights(), job.read_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_jobs_are_listed_newest_first(serving: Serving, finished: dict):
    """In pages, each naming where the next begins."""
    other = serving.submit(**SMALL | {"epochs": 1})
    serving.ended(other)
    everything = serving.ask("GET", "/jobs").body
    numbers = [job["id"] for job in everything["jobs"]]
    assert numbers.index(other) < numbers.index(finished["id"])
    assert everything["next"] is None
    page = serving.ask("GET", "/jobs?limit=1").body
    assert [job["id"] for job in page["jobs"]] == numbers[:1]
    following = serving.ask("GET", f"/jobs?limit=500&before={page['next']}").body
    assert [job["id"] for job in following["jobs"]] == numbers[1:]


def test_one_job_runs_at_a_time(serving: Serving):
    """The second waits, at the place that it is told; once the first is stopped, it runs."""
    first, second, third = serving.submit(**LONG), serving.submit(**SMALL), serving.submit(**SMALL)
    serving.first(first, "batch")
    assert [serving.job(number)["state"] for number in (first, second, third)] == ["running", "queued", "queued"]
    assert [serving.job(number)["place"] for number in (first, second, third)] == [None, 1, 2]
    assert_error(serving.steer(second, learning_rate=0.1), 409, "conflict", "queued")
    assert_error(serving.steer(second, state="paused"), 409, "conflict", "queued")
    assert serving.steer(second, state="stopped").body["state"] == "stopped"
    assert [event.kind for event in serving.watch(second)] == ["failed"]
    assert serving.job(third)["place"] == 1
    assert serving.steer(first, state="stopped").status == 200
    assert serving.ended(first)["state"] == "stopped"
    assert serving.ended(third)["state"] == "finished"
    assert not (serving.runs / second).exists()


def test_a_stopped_job_goes_on(serving: Serving):
    """From its last whole epoch, to the same weights as if it had never been stopped."""
    settings = SMALL | {"epochs": 40}
    whole, halved = serving.submit(**settings), serving.submit(**settings)
    serving.ended(whole)
    next(event for event in serving.watch(halved) if event.data.get("epoch") == 2)  # the first one is kept by now
    serving.steer(halved, state="stopped")
    stopped = serving.ended(halved)
    assert stopped["state"] == "stopped"
    assert 0 < stopped["epoch"]["epoch"] < 40
    assert serving.steer(halved, state="running").status == 200
    wait_for(lambda: serving.job(halved)["state"] == "finished", "the rest of it")
    for ours, theirs in zip(Run(serving.runs / whole).read_weights(), Run(serving.runs / halved).read_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    events = list(serving.watch(halved))
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert [event.data["epoch"] for event in events if event.kind == "epoch"] == list(range(1, 41))
    assert_error(serving.steer(halved, state="running"), 409, "conflict", "finished")
