"""Settings, networks and splits by HTTP: what a form is made from, and what it would make."""

import pytest

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG, Serving
from trainer.data.spec import load
from trainer.data.split import split
from trainer.recipes import RECIPES, recipe
from trainer.settings import MUTABLE_SETTINGS, SETTING_FIELDS, validate_setting


def test_every_setting_is_declared(serving: Serving):
    """As it is in the code: its default is in its range, and what may change during a fit says so."""
    told = serving.ask("GET", "/settings").body
    assert [each["name"] for each in told["settings"]] == list(SETTING_FIELDS)
    for each in told["settings"]:
        facts = SETTING_FIELDS[each["name"]].metadata
        assert each["help"] == facts["help"]
        assert (each["minimum"], each["maximum"]) == (facts["minimum"], facts["maximum"])
        assert each["mutable"] == (each["name"] in MUTABLE_SETTINGS)
        default = tuple(each["default"]) if each["type"] == "array" else each["default"]
        validate_setting(each["name"], float(default) if each["type"] == "number" else default)
    assert {each["name"] for each in told["settings"] if each["common"]} >= {"data", "recipe", "learning_rate"}
    assert next(each for each in told["settings"] if each["name"] == "recipe")["choices"] == list(RECIPES)


def test_every_recipe_is_told_in_full(serving: Serving):
    """What is told of a recipe is what a job of it gets."""
    told = serving.ask("GET", "/settings").body["recipes"]
    assert told == {name: recipe(name).to_dict() for name in RECIPES}
    assert set(told["tfjs"]) == set(SETTING_FIELDS)


def test_a_job_s_network_is_known_before(serving: Serving, told: tuple):
    """The table is the one that the fit tells when it begins."""
    job, events = told
    (started,) = [event.data for event in events if event.kind == "started"]
    network = serving.ask("POST", "/networks", job["settings"]).body
    assert network["layers"] == started["layers"]
    assert network["labels"] == started["labels"]
    assert network["network"] == job["settings"]["network"]
    for total in ("parameters", "multiply_adds"):
        assert network[total] == sum(row[total] for row in started["layers"])


def test_a_network_is_told_beside_a_fit(serving: Serving):
    """And none of Keras comes into the process that answers for it: no child is asked."""
    number = serving.submit(**LONG)
    serving.first(number, "batch")
    before = serving.children()
    answer = serving.ask("POST", "/networks", {"data": ["digits"], "layers": "3x3x8v pool"})
    assert answer.status == 200
    assert answer.body["layers"][1]["output_shape"] == [22, 22, 8]
    assert set(serving.children()) <= set(before)
    serving.steer(number, state="stopped")
    serving.ended(number)


def test_a_job_s_split_is_known_before(serving: Serving, told: tuple):
    """Its counts are those that the fit tells, label by label those of the very parts."""
    job, events = told
    (started,) = [event.data for event in events if event.kind == "started"]
    known = serving.ask("POST", "/splits", job["settings"]).body
    assert {name: sum(counts) for name, counts in known["parts"].items()} == started["counts"]
    parts = split([load("digits")], job["settings"]["seed"], job["settings"]["validation_split"])
    for name, part in (("training", parts.train), ("validation", parts.validation), ("test", parts.test)):
        assert dict(zip(known["labels"], known["parts"][name], strict=True)) == part.counts()


@pytest.mark.parametrize("path", ["/networks", "/splits"])
def test_settings_without_sense_are_refused(serving: Serving, path: str):
    """By the sentences that a job is refused with."""
    for body, status, code, words in (
        ({"learning_rate": 99, "data": ["digits"]}, 400, "invalid_input", "between 1e-07 and 10"),
        ({"colour": "red"}, 400, "invalid_input", "'colour'"),
        ({"data": ["nowhere"]}, 422, "invalid_dataset", "'nowhere'"),
        ({"data": ["feedback"]}, 422, "invalid_dataset", "feedback"),
        ({"data": ["digits", "scribbles"]}, 422, "invalid_dataset", "'scribbles'"),
    ):
        assert_error(serving.ask("POST", path, body), status, code, words)


def test_a_set_that_is_not_fetched_yet_is_refused(tmp_path):
    """As the usual one is where nobody has fitted before; nothing is fetched for a look."""
    with Serving(tmp_path, "--warm-workers", "0", XDG_CACHE_HOME=str(tmp_path / "cache")) as serving:
        for path in ("/networks", "/splits"):
            assert_error(serving.ask("POST", path, {}), 422, "invalid_dataset", "mnist, which a fit on it fetches first")


def test_a_network_that_cannot_be_built_is_refused(serving: Serving):
    """With what its layers would need."""
    body = {"data": ["digits"], "layers": "9x9x4v 9x9x4v 9x9x4v"}
    assert_error(serving.ask("POST", "/networks", body), 400, "invalid_input", "at least 9 pixels")
