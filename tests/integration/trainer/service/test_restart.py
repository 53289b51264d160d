"""A service that ends, however it does, and the one after it."""

import signal
from pathlib import Path

import pytest

from tests.support.trainer_process import LONG, SMALL, Serving, wait_for


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_what_ran_is_interrupted_and_can_go_on(tmp_path, number: signal.Signals):
    """No process of it is left; what waited runs; whoever watched goes on where the stream was cut."""
    with Serving(tmp_path, "--warm-workers", "0") as serving:
        ran, waited = serving.submit(**LONG, name="ran"), serving.submit(**SMALL, name="waited")
        heard = []
        for event in serving.watch(ran):
            heard.append(event)
            if event.data.get("epoch") == 2:  # the first one is kept by now
                break
        children = serving.children()
        assert children
        serving.stop(number)
        wait_for(lambda: not any(Path(f"/proc/{child}").exists() for child in children), "the children to end")
    with Serving(tmp_path, "--warm-workers", "0") as serving:
        job = serving.job(ran)
        assert (job["state"], job["name"]) == ("interrupted", "ran")
        assert job["epoch"]["epoch"] >= 1
        assert serving.ended(waited)["state"] == "finished"
        rest = list(serving.watch(ran, after=heard[-1].number))
        assert [event.number for event in heard + rest] == list(range(1, len(heard + rest) + 1))
        assert rest[-1].kind == "interrupted"
        assert serving.steer(ran, state="running").status == 200
        after = serving.watch(ran, after=rest[-1].number)
        started = next(after)
        assert started.kind == "started"
        assert started.data["first_epoch"] >= 1
        assert next(after).number == started.number + 1
