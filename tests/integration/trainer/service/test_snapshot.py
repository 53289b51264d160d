"""GET /jobs/ID/snapshot."""

import io

import pytest
from PIL import Image

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG_FIT, TrainerProcess


def test_a_snapshot_of_a_finished_job(service: TrainerProcess, finished_job: dict):
    """Layers with arrays and their ranges, and the prediction for the sample."""
    snapshot = service.request("GET", f"/jobs/{finished_job['id']}/snapshot?sample=3").body
    assert snapshot["sample"] == 3
    assert snapshot["forward_seconds"] > 0
    assert snapshot["backward_seconds"] > 0
    assert sum(snapshot["probabilities"]) == pytest.approx(1)
    (conv, *_) = (layer for layer in snapshot["layers"] if "kernel" in layer["arrays"])
    assert {"name", "kind", "output_shape", "parameters", "multiply_adds"} <= conv.keys()
    assert {"activations", "activations_gradient", "kernel", "kernel_gradient"} <= conv["arrays"].keys()
    kernel = conv["arrays"]["kernel"]
    assert kernel["shape"] == [5, 5, 1, 8]
    flat = [value for plane in kernel["values"] for row in plane for one in row for value in one]
    assert (min(flat), max(flat)) == pytest.approx((kernel["min"], kernel["max"]))


def test_one_array_of_one_layer(service: TrainerProcess, finished_job: dict):
    """As JSON and as PNG."""
    path = f"/jobs/{finished_job['id']}/snapshot"
    layers = service.request("GET", f"{path}?values=false").body["layers"]
    assert not any("values" in array for layer in layers for array in layer["arrays"].values())
    name = next(layer["name"] for layer in layers if "kernel" in layer["arrays"])
    (layer,) = service.request("GET", f"{path}?layer={name}&array=kernel_gradient").body["layers"]
    assert layer["arrays"].keys() == {"kernel_gradient"}
    response = service.request("GET", f"{path}?layer={name}&array=kernel", Accept="image/png")
    assert response.headers["Content-Type"] == "image/png"
    Image.open(io.BytesIO(response.body)).verify()


def test_snapshots_during_a_fit(service: TrainerProcess):
    """Also while it is paused."""
    job_id = service.submit(**LONG_FIT)
    service.wait_for_event(job_id, "batch")
    first = service.request("GET", f"/jobs/{job_id}/snapshot").body
    service.update_job(job_id, state="paused")
    second = service.request("GET", f"/jobs/{job_id}/snapshot").body
    assert 0 < first["step"] < second["step"]
    assert [layer["name"] for layer in first["layers"]] == [layer["name"] for layer in second["layers"]]
    assert first["layers"] != second["layers"]
    service.update_job(job_id, state="stopped")
    service.wait_for_end(job_id)


def test_invalid_requests_are_rejected(service: TrainerProcess, finished_job: dict):
    """Unknown samples, layers, arrays and media types."""
    path = f"/jobs/{finished_job['id']}/snapshot"
    for query in ("sample=999999", "sample=x", "layer=none", "array=none"):
        assert_error(service.request("GET", f"{path}?{query}"), 400, "invalid_input")
    assert_error(service.request("GET", path, Accept="text/css"), 406, "not_acceptable")
