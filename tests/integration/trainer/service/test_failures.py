"""What goes wrong with a job costs that job alone."""

import shutil
import subprocess
import time

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG, PATIENCE, PROGRAM, SMALL, Serving, fitting, kill, wait_for


def test_a_killed_process_fails_its_job(serving: Serving):
    """With the signal's name; watchers hear it, and the next job runs."""
    number = serving.submit(**LONG)
    serving.first(number, "batch")
    kill(fitting(serving))
    job = serving.ended(number)
    assert job["state"] == "failed"
    assert "SIGKILL" in job["reason"]
    last = list(serving.watch(number))[-1]
    assert (last.kind, last.data["message"]) == ("failed", job["reason"])
    assert serving.ended(serving.submit(**SMALL | {"epochs": 1}))["state"] == "finished"


def test_a_killed_job_goes_on(serving: Serving):
    """From its last whole epoch."""
    number = serving.submit(**SMALL | {"epochs": 100})
    next(event for event in serving.watch(number) if event.data.get("epoch") == 2)  # the first one is kept by now
    kill(fitting(serving))
    assert serving.ended(number)["state"] == "failed"
    assert serving.steer(number, state="running").status == 200
    wait_for(lambda: serving.job(number)["state"] == "running", "it to run")
    second = [event for event in serving.watch(number) if event.kind == "started"][1]
    assert second.data["first_epoch"] > 0
    assert serving.ended(number)["state"] == "finished"


def test_too_much_memory_fails_a_job(tmp_path):
    """With the bound in the reason; the service answers on."""
    with Serving(tmp_path, "--job-memory", "256", "--warm-workers", "0") as serving:
        number = serving.submit(**LONG)
        job = serving.ended(number)
        assert job["state"] == "failed"
        assert "at most 256 MiB" in job["reason"]
        assert serving.ask("GET", "/health/ready").status == 200


def test_a_deleted_run_folder_fails_its_job(serving: Serving):
    """With a sentence; what the job told is still there, and it cannot go on."""
    number = serving.submit(**LONG)
    serving.first(number, "epoch")
    serving.steer(number, state="paused")
    time.sleep(0.5)  # the step that was being done
    shutil.rmtree(serving.runs / number)
    serving.steer(number, state="running")
    job = serving.ended(number)
    assert job["state"] == "failed"
    assert "deleted" in job["reason"]
    assert list(serving.watch(number))[-1].kind == "failed"
    assert_error(serving.steer(number, state="running"), 410, "run_deleted", number)
    assert_error(serving.ask("POST", f"/jobs/{number}/publish", {"name": "run_deleted"}), 410, "run_deleted", number)


def test_a_fit_that_cannot_go_on_says_why(serving: Serving):
    """As the command line would: here a set with one label."""
    (serving.folder / "set" / "only").mkdir(parents=True)
    (serving.folder / "set" / "only" / "one.png").write_bytes(b"no picture")
    job = serving.ended(serving.submit(**SMALL | {"data": [str(serving.folder / "set")]}))
    assert job["state"] == "failed"
    assert job["reason"].startswith("Expected ")


def test_a_second_trainer_is_refused(serving: Serving, tmp_path):
    """On the same store, and on the same folder of runs."""
    other = f"sqlite:///{tmp_path / 'other.db'}"
    for words in (
        ["--store", serving.store, "--runs", str(tmp_path / "runs")],
        ["--store", other, "--runs", str(serving.runs)],
    ):
        command = [*PROGRAM, "--port", "0", "--warm-workers", "0", *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 1
        assert "that no other trainer uses. Received one that a trainer has open." in done.stderr
    assert serving.ask("GET", "/health/live").status == 200
