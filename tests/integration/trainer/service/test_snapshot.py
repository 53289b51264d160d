"""Looking in by HTTP: while a job learns and afterwards."""

import io

import pytest
from PIL import Image

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG, Serving


def test_a_finished_network_shows_its_layers(serving: Serving, finished: dict):
    """Each with its table's row, and its arrays with shape, minimum and maximum; the sample with its answer."""
    seen = serving.ask("GET", f"/jobs/{finished['id']}/snapshot?sample=3").body
    assert seen["sample"] == 3
    assert seen["forward_seconds"] > 0
    assert seen["backward_seconds"] > 0
    assert sum(seen["probabilities"]) == pytest.approx(1)
    (conv, *_) = (layer for layer in seen["layers"] if "kernel" in layer["arrays"])
    assert {"name", "kind", "output_shape", "parameters", "multiply_adds"} <= conv.keys()
    assert {"activations", "activations_gradient", "kernel", "kernel_gradient"} <= conv["arrays"].keys()
    kernel = conv["arrays"]["kernel"]
    assert kernel["shape"] == [5, 5, 1, 8]
    flat = [value for plane in kernel["values"] for row in plane for one in row for value in one]
    assert (min(flat), max(flat)) == pytest.approx((kernel["min"], kernel["max"]))


def test_one_array_of_one_layer(serving: Serving, finished: dict):
    """As numbers, and as a picture."""
    path = f"/jobs/{finished['id']}/snapshot"
    layers = serving.ask("GET", f"{path}?values=false").body["layers"]
    assert not any("values" in array for layer in layers for array in layer["arrays"].values())
    name = next(layer["name"] for layer in layers if "kernel" in layer["arrays"])
    (layer,) = serving.ask("GET", f"{path}?layer={name}&array=kernel_gradient").body["layers"]
    assert layer["arrays"].keys() == {"kernel_gradient"}
    answer = serving.ask("GET", f"{path}?layer={name}&array=kernel", Accept="image/png")
    assert answer.headers["Content-Type"] == "image/png"
    Image.open(io.BytesIO(answer.body)).verify()


def test_a_network_that_learns_shows_its_layers(serving: Serving):
    """As it is between two steps, and while it is paused."""
    number = serving.submit(**LONG)
    serving.first(number, "batch")
    first = serving.ask("GET", f"/jobs/{number}/snapshot").body
    serving.steer(number, state="paused")
    second = serving.ask("GET", f"/jobs/{number}/snapshot").body
    assert 0 < first["step"] < second["step"]
    assert [layer["name"] for layer in first["layers"]] == [layer["name"] for layer in second["layers"]]
    assert first["layers"] != second["layers"]
    serving.steer(number, state="stopped")
    serving.ended(number)


def test_what_is_not_there_is_refused(serving: Serving, finished: dict):
    """Samples, layers, arrays, media types."""
    path = f"/jobs/{finished['id']}/snapshot"
    for query, words in (
        ("sample=999999", "sample"),
        ("sample=x", "sample"),
        ("layer=none", "'none'"),
        ("array=none", "'none'"),
    ):
        assert_error(serving.ask("GET", f"{path}?{query}"), 400, "invalid_input", words)
    assert_error(serving.ask("GET", path, Accept="text/css"), 406, "not_acceptable")
