"""GET /jobs/ID/predictions and /jobs/ID/epochs."""

import numpy as np

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG_FIT, TrainerProcess
from trainer.runs.run import Run


def read_pages(service: TrainerProcess, job_id: str, limit: int) -> list[dict]:
    """All predictions of a job, page by page."""
    predictions, begin = [], 0
    while begin is not None:
        page = service.request("GET", f"/jobs/{job_id}/predictions?begin={begin}&limit={limit}").body
        predictions += page["predictions"]
        begin = page["next"]
    assert len(predictions) == page["n"]
    return predictions


def test_predictions_of_a_finished_job(service: TrainerProcess, finished_job: dict):
    """All validation images in order; the page size has no effect."""
    part = Run(service.runs / finished_job["id"]).held_out("validation")
    predictions = read_pages(service, finished_job["id"], 17)
    assert [each["index"] for each in predictions] == list(range(len(part)))
    np.testing.assert_array_equal([each["image"] for each in predictions], part.images)
    assert [each["label"] for each in predictions] == [part.labels[target] for target in part.targets]
    shares = np.array([each["probabilities"] for each in predictions])
    np.testing.assert_allclose(shares.sum(1), 1, atol=1e-4)
    assert [each["predicted"] for each in predictions] == [part.labels[best] for best in shares.argmax(1)]
    others = np.array([each["probabilities"] for each in read_pages(service, finished_job["id"], 200)])
    np.testing.assert_allclose(shares, others, atol=1e-5)


def test_predictions_equal_those_of_the_snapshot(service: TrainerProcess, finished_job: dict):
    """For the same image."""
    (one,) = service.request("GET", f"/jobs/{finished_job['id']}/predictions?begin=3&limit=1").body["predictions"]
    snapshot = service.request("GET", f"/jobs/{finished_job['id']}/snapshot?sample=3&values=false").body
    assert (one["label"], one["predicted"]) == (snapshot["label"], snapshot["predicted"])
    np.testing.assert_allclose(one["probabilities"], snapshot["probabilities"], atol=1e-5)


def test_predictions_during_a_fit(service: TrainerProcess):
    """Also while it is paused. After the end they are those of the best weights."""
    job_id = service.submit(**LONG_FIT)
    service.wait_for_event(job_id, "epoch")
    first = service.request("GET", f"/jobs/{job_id}/predictions?limit=8").body
    service.update_job(job_id, state="paused")
    second = service.request("GET", f"/jobs/{job_id}/predictions?limit=8").body
    assert 0 < first["step"] < second["step"]
    assert [each["image"] for each in first["predictions"]] == [each["image"] for each in second["predictions"]]
    assert first["predictions"] != second["predictions"]
    service.update_job(job_id, state="stopped")
    service.wait_for_end(job_id)
    assert service.request("GET", f"/jobs/{job_id}/predictions?limit=8").body["step"] is None


def test_invalid_pages_are_rejected(service: TrainerProcess, finished_job: dict):
    """Out of range, too large, or of an unknown job."""
    path = f"/jobs/{finished_job['id']}/predictions"
    for query in ("begin=999999", "begin=-1", "limit=0", "limit=201", "page=1"):
        assert_error(service.request("GET", f"{path}?{query}"), 400, "invalid_input")
    assert_error(service.request("GET", "/jobs/none/predictions"), 404, "job_not_found")


def test_epochs(service: TrainerProcess, finished_job_and_events: tuple):
    """The events of whole epochs, without per-label and per-image details."""
    job, events = finished_job_and_events
    rows = service.request("GET", f"/jobs/{job['id']}/epochs").body["epochs"]
    epoch_events = [event.data for event in events if event.kind == "epoch"]
    assert [row["epoch"] for row in rows] == [1, 2]
    for row, event in zip(rows, epoch_events, strict=True):
        assert row.items() <= event.items()
        assert set(event) - set(row) == {"confusion_matrix", "per_class", "mistakes"}
    assert_error(service.request("GET", "/jobs/none/epochs"), 404, "job_not_found")
