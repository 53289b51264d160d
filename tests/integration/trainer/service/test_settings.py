"""GET /settings, POST /networks and POST /splits."""

import pytest

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG_FIT, TrainerProcess
from trainer.data.spec import load
from trainer.data.split import split
from trainer.recipes import RECIPES, recipe
from trainer.settings import MUTABLE_SETTINGS, SETTING_FIELDS, validate_setting

NESTED = b"[" * 1_000 + b"]" * 1_000
"""As deep as the parser allows: repr() of it exceeds Python's recursion limit."""


def test_settings_are_described_by_their_declarations(service: TrainerProcess):
    """With valid defaults."""
    described = service.request("GET", "/settings").body
    assert [each["name"] for each in described["settings"]] == list(SETTING_FIELDS)
    for each in described["settings"]:
        facts = SETTING_FIELDS[each["name"]].metadata
        assert each["help"] == facts["help"]
        assert (each["minimum"], each["maximum"]) == (facts["minimum"], facts["maximum"])
        assert each["mutable"] == (each["name"] in MUTABLE_SETTINGS)
        default = tuple(each["default"]) if each["type"] == "array" else each["default"]
        validate_setting(each["name"], float(default) if each["type"] == "job_id" else default)
    assert {each["name"] for each in described["settings"] if each["common"]} >= {"data", "recipe", "learning_rate"}
    assert next(each for each in described["settings"] if each["name"] == "recipe")["choices"] == list(RECIPES)


def test_recipes_have_all_settings(service: TrainerProcess):
    """As a job with that recipe."""
    described = service.request("GET", "/settings").body["recipes"]
    assert described == {name: recipe(name).to_dict() for name in RECIPES}
    assert set(described["tfjs"]) == set(SETTING_FIELDS)


def test_networks_describes_the_network_of_a_fit(service: TrainerProcess, finished_job_and_events: tuple):
    """The same layers as in its `started` event."""
    job, events = finished_job_and_events
    (started,) = [event.data for event in events if event.kind == "started"]
    network = service.request("POST", "/networks", job["settings"]).body
    assert network["layers"] == started["layers"]
    assert network["labels"] == started["labels"]
    assert network["network"] == job["settings"]["network"]
    for total in ("parameters", "multiply_adds"):
        assert network[total] == sum(row[total] for row in started["layers"])


@pytest.mark.slow
def test_networks_needs_no_worker(service: TrainerProcess):
    """The layers are computed without Keras, also during a fit."""
    job_id = service.submit(**LONG_FIT)
    service.wait_for_event(job_id, "batch")
    assert service.request("GET", "/data").status == 200  # stores the labels of the digits
    before = service.child_pids()
    response = service.request("POST", "/networks", {"data": ["digits"], "layers": "3x3x8v pool"})
    assert response.status == 200
    assert response.body["layers"][1]["output_shape"] == [22, 22, 8]
    assert set(service.child_pids()) <= set(before)
    service.update_job(job_id, state="stopped")
    service.wait_for_end(job_id)


def test_splits_describes_the_split_of_a_fit(service: TrainerProcess, finished_job_and_events: tuple):
    """The same counts as in its `started` event."""
    job, events = finished_job_and_events
    (started,) = [event.data for event in events if event.kind == "started"]
    planned = service.request("POST", "/splits", job["settings"]).body
    assert {name: sum(counts) for name, counts in planned["counts"].items()} == started["counts"]
    parts = split([load("digits")], job["settings"]["seed"], job["settings"]["validation_split"])
    for name, part in (("training", parts.train), ("validation", parts.validation), ("test", parts.test)):
        assert dict(zip(planned["labels"], planned["counts"][name], strict=True)) == part.counts()


@pytest.mark.parametrize("path", ["/networks", "/splits"])
def test_invalid_settings_are_rejected(service: TrainerProcess, path: str):
    """With the same codes as for a job."""
    for body, status, code in (
        ({"learning_rate": 99, "data": ["digits"]}, 400, "invalid_input"),
        ({"colour": "red"}, 400, "invalid_input"),
        ({"data": ["digits", "digits"]}, 400, "invalid_input"),
        ({"data": ["x" * 300]}, 422, "invalid_dataset"),
        (b'{"epochs": ' + NESTED + b"}", 400, "invalid_input"),
        (b'{"name": ' + NESTED + b"}", 400, "invalid_input"),
        (b'{"data": ' + NESTED + b"}", 400, "invalid_input"),
        (b'{"recipe": ' + NESTED + b"}", 400, "invalid_input"),
        ({"data": ["nowhere"]}, 422, "invalid_dataset"),
        ({"data": ["feedback"]}, 422, "invalid_dataset"),
        ({"data": ["digits", "scribbles"]}, 422, "invalid_dataset"),
    ):
        assert_error(service.request("POST", path, body), status, code)


def test_datasets_are_not_downloaded(tmp_path):
    """Only a fit downloads."""
    with TrainerProcess(tmp_path, "--warm-workers", "0", XDG_CACHE_HOME=str(tmp_path / "cache")) as service:
        for path in ("/networks", "/splits"):
            assert_error(service.request("POST", path, {}), 422, "invalid_dataset")


def test_impossible_layers_are_rejected(service: TrainerProcess):
    """Kernels larger than their input."""
    body = {"data": ["digits"], "layers": "9x9x4v 9x9x4v 9x9x4v"}
    assert_error(service.request("POST", "/networks", body), 400, "invalid_input")
