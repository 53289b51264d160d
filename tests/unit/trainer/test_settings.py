"""Fit settings and recipes."""

import json

import pytest

from inkling.errors import BadInput
from trainer.recipes import RECIPES, recipe
from trainer.settings import DECLARED, FitSettings


@pytest.mark.parametrize("name", RECIPES)
def test_settings_survive_a_round_trip_through_json(name):
    """What a run folder keeps is what the fit was given."""
    settings = recipe(name, data=("digits", "more.npz"), outliers=("faces", "letters.npz"), seed=7)
    assert FitSettings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


def test_settings_from_before_there_were_outliers_have_none():
    """A run folder of then can still be read."""
    kept = recipe("inkling", outliers=("faces",)).to_dict()
    del kept["outliers"], kept["outlier_share"]
    assert FitSettings.from_dict(kept) == recipe("inkling", outliers=())


@pytest.mark.parametrize("name", DECLARED)
def test_every_setting_has_help(name):
    """A setting without an explanation cannot be offered to anyone."""
    assert len(DECLARED[name].metadata["help"]) > 5


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"learning_rate": 0}, "learning_rate between 1e-07 and 10"),
        ({"learning_rate": float("nan")}, "learning_rate between"),
        ({"learning_rate": "fast"}, "learning_rate as float"),
        ({"epochs": 0}, "epochs between 1"),
        ({"epochs": 2.5}, "epochs as int"),
        ({"epochs": True}, "epochs as int"),
        ({"optimizer": "lbfgs"}, "optimizer as one of sgd, adadelta, adam, adamw"),
        ({"validation": 0.9}, "validation between 0.001 and 0.5"),
        ({"data": ()}, "at least one data set"),
        ({"data": "mnist"}, "data as"),
        ({"outliers": "faces"}, "outliers as"),
        ({"outliers": ("",)}, "outliers as"),
        ({"outlier_share": 0.6}, "outlier_share between 0 and 0.5"),
        ({"colour": "red"}, "one of the settings"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_what_is_allowed(given, said):
    """The sentence names the setting and its range."""
    with pytest.raises(BadInput, match=said):
        recipe("inkling", **given)


def test_a_whole_number_is_taken_for_a_real_one():
    """`--learning-rate 1` means 1.0."""
    assert recipe("convnetjs", learning_rate=1).learning_rate == 1.0


def test_an_unknown_recipe_names_the_known_ones():
    """The sentence lists what can be chosen."""
    with pytest.raises(BadInput, match="inkling, tfjs, convnetjs, perceptron"):
        recipe("resnet")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tfjs", {"network": "tfjs", "optimizer": "adam", "augment": "none", "batch_size": 512}),
        ("convnetjs", {"optimizer": "adadelta", "weight_decay": 0.001, "batch_size": 20, "augment": "crops"}),
        ("perceptron", {"optimizer": "sgd", "learning_rate": 0.5, "batch_size": 1, "momentum": 0.0}),
    ],
)
def test_recipes_are_those_of_the_systems_they_are_named_after(name, expected):
    """Each keeps its system's own network, optimizer and augmentation."""
    settings = recipe(name)
    assert {key: getattr(settings, key) for key in expected} == expected
