"""Restart of the service."""

import signal
from pathlib import Path

import pytest

from tests.support.trainer_process import LONG_FIT, SHORT_FIT, TrainerProcess, wait_for


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_running_job_is_interrupted_and_can_be_resumed(tmp_path, number: signal.Signals):
    """No process is left, queued jobs run, and event streams continue without a gap."""
    with TrainerProcess(tmp_path, "--warm-workers", "0") as service:
        ran, waited = service.submit(**LONG_FIT, name="ran"), service.submit(**SHORT_FIT, name="waited")
        heard = []
        for event in service.stream_events(ran):
            heard.append(event)
            if event.data.get("epoch") == 2:  # the checkpoint of the first epoch is written by now
                break
        children = service.child_pids()
        assert children
        service.stop(number)
        wait_for(lambda: not any(Path(f"/proc/{child}").exists() for child in children), "the children to end")
    with TrainerProcess(tmp_path, "--warm-workers", "0") as service:
        job = service.get_job(ran)
        assert (job["state"], job["name"]) == ("interrupted", "ran")
        assert job["epoch"]["epoch"] >= 1
        assert service.wait_for_end(waited)["state"] == "finished"
        rest = list(service.stream_events(ran, after=heard[-1].number))
        assert [event.number for event in heard + rest] == list(range(1, len(heard + rest) + 1))
        assert rest[-1].kind == "interrupted"
        assert service.update_job(ran, state="running").status == 200
        after = service.stream_events(ran, after=rest[-1].number)
        started = next(after)
        assert started.kind == "started"
        assert started.data["first_epoch"] >= 1
        assert next(after).number == started.number + 1
