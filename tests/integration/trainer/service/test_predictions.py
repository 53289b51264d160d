"""Predictions and epochs by HTTP: what a network answers to images kept aside, and how jobs compare."""

import numpy as np
import pytest

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG, Serving
from trainer.runs.run import Run


def pages(serving: Serving, number: str, limit: int) -> list[dict]:
    """All predictions of a job, read page by page."""
    found, begin = [], 0
    while begin is not None:
        page = serving.ask("GET", f"/jobs/{number}/predictions?begin={begin}&limit={limit}").body
        found += page["predictions"]
        begin = page["next"]
    assert len(found) == page["n"]
    return found


def test_a_finished_network_answers_its_validation_part(serving: Serving, finished: dict):
    """Every image once, as it is, with its label; the answer is the most probable one; pages of any size agree."""
    part = Run(serving.runs / finished["id"]).held_out("validation")
    found = pages(serving, finished["id"], 17)
    assert [each["index"] for each in found] == list(range(len(part)))
    np.testing.assert_array_equal([each["image"] for each in found], part.images)
    assert [each["label"] for each in found] == [part.labels[target] for target in part.targets]
    shares = np.array([each["probabilities"] for each in found])
    np.testing.assert_allclose(shares.sum(1), 1, atol=1e-4)
    assert [each["predicted"] for each in found] == [part.labels[best] for best in shares.argmax(1)]
    others = np.array([each["probabilities"] for each in pages(serving, finished["id"], 200)])
    np.testing.assert_allclose(shares, others, atol=1e-5)


def test_they_are_the_snapshot_s(serving: Serving, finished: dict):
    """A look into the network at one of the images finds the same answer."""
    (one,) = serving.ask("GET", f"/jobs/{finished['id']}/predictions?begin=3&limit=1").body["predictions"]
    seen = serving.ask("GET", f"/jobs/{finished['id']}/snapshot?sample=3&values=false").body
    assert (one["label"], one["predicted"]) == (seen["label"], seen["predicted"])
    np.testing.assert_allclose(one["probabilities"], seen["probabilities"], atol=1e-5)


def test_a_network_that_learns_answers(serving: Serving):
    """As it is between two steps, and while it is paused, by steps of its own; over, it answers by its best weights."""
    number = serving.submit(**LONG)
    serving.first(number, "epoch")
    first = serving.ask("GET", f"/jobs/{number}/predictions?limit=8").body
    serving.steer(number, state="paused")
    second = serving.ask("GET", f"/jobs/{number}/predictions?limit=8").body
    assert 0 < first["step"] < second["step"]
    assert [each["image"] for each in first["predictions"]] == [each["image"] for each in second["predictions"]]
    assert first["predictions"] != second["predictions"]
    serving.steer(number, state="stopped")
    serving.ended(number)
    assert serving.ask("GET", f"/jobs/{number}/predictions?limit=8").body["step"] is None


def test_pages_that_are_not_there_are_refused(serving: Serving, finished: dict):
    """Beyond the part, too large, or of no job."""
    path = f"/jobs/{finished['id']}/predictions"
    for query in ("begin=999999", "begin=-1", "limit=0", "limit=201", "page=1"):
        assert_error(serving.ask("GET", f"{path}?{query}"), 400, "invalid_input", query.partition("=")[0])
    assert_error(serving.ask("GET", "/jobs/none/predictions"), 404, "job_not_found", "'none'")


def test_epochs_are_told_alone(serving: Serving, told: tuple):
    """Each whole one as its event told it, but for single labels and images."""
    job, events = told
    rows = serving.ask("GET", f"/jobs/{job['id']}/epochs").body["epochs"]
    told_of = [event.data for event in events if event.kind == "epoch"]
    assert [row["epoch"] for row in rows] == [1, 2]
    for row, event in zip(rows, told_of, strict=True):
        assert row.items() <= event.items()
        assert set(event) - set(row) == {"confusion_matrix", "per_class", "mistakes"}
    assert_error(serving.ask("GET", "/jobs/none/epochs"), 404, "job_not_found", "'none'")


@pytest.mark.parametrize("told_twice", [False, True])
def test_an_epoch_counts_once(tmp_path, told_twice: bool):
    """Also where a crash came between the telling and the state, so that it was learnt again."""
    from trainer.service.jobs.event_log import EventLog

    log = EventLog(tmp_path / "log", 1 << 20, lambda: None)
    for epoch, loss in [(1, 0.5), (2, 0.4), *([(2, 0.3)] if told_twice else []), (3, 0.2)]:
        log.append({"event": "batch", "loss": loss})
        log.append({"event": "epoch", "epoch": epoch, "loss": loss, "confusion_matrix": [[1]]})
    assert [row["epoch"] for row in log.read_epochs()] == [1, 2, 3]
    assert log.read_epochs()[1] == {"event": "epoch", "epoch": 2, "loss": 0.3 if told_twice else 0.4}
