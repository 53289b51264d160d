"""Fit settings and recipes."""

import json

import pytest

from inkling.errors import InvalidInput
from trainer.recipes import RECIPES, recipe
from trainer.settings import MUTABLE_SETTINGS, SETTING_FIELDS, UNSUPPORTED_SETTINGS, FitSettings


@pytest.mark.parametrize("name", RECIPES)
def test_settings_survive_a_json_round_trip(name):
    """to_dict and from_dict are inverse."""
    settings = recipe(name, data=("digits", "more.npz"), outliers=("faces", "letters.npz"), seed=7)
    assert FitSettings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


@pytest.mark.parametrize("name", SETTING_FIELDS)
def test_every_setting_has_a_help_text(name):
    """The help text is shown by --help, the form and the docs."""
    assert len(SETTING_FIELDS[name].metadata["help"]) > 5


def test_a_mutable_setting_that_an_optimizer_does_not_support_has_a_reason():
    """The reason is shown in the form."""
    for reasons in UNSUPPORTED_SETTINGS.values():
        assert reasons.keys() <= set(MUTABLE_SETTINGS)
        assert all(reasons.values())


@pytest.mark.parametrize(
    ("values", "mentioned"),
    [
        ({"learning_rate": 0}, ["learning_rate", "1e-07", "10"]),
        ({"learning_rate": float("nan")}, ["learning_rate"]),
        ({"learning_rate": "fast"}, ["learning_rate", "float"]),
        ({"epochs": 0}, ["epochs", "1"]),
        ({"epochs": 2.5}, ["epochs", "int"]),
        ({"epochs": True}, ["epochs", "int"]),
        ({"optimizer": "lbfgs"}, ["optimizer", "sgd", "adadelta", "adam", "adamw"]),
        ({"augmentation": "crops"}, ["augmentation", "random-crop"]),
        ({"validation_split": 0.9}, ["validation_split", "0.001", "0.5"]),
        ({"data": ()}, ["data"]),
        ({"data": "mnist"}, ["data"]),
        ({"data": ("digits", "na\udcefve.npz")}, ["data", "UTF-8", "udcef"]),
        ({"labels": "a,\udcff"}, ["labels", "UTF-8"]),
        ({"outliers": "faces"}, ["outliers"]),
        ({"outliers": ("",)}, ["outliers"]),
        ({"outlier_share": 0.6}, ["outlier_share", "0.5"]),
        ({"labels": "a,,b"}, ["labels", "commas"]),
        ({"labels": "a, b, a"}, ["labels", "different"]),
        ({"class_weights": "equal"}, ["class_weights", "balanced"]),
        ({"patience": -1}, ["patience", "0"]),
        ({"color": "red"}, ["color", "learning_rate"]),
    ],
)
def test_an_invalid_value_is_refused(values, mentioned):
    """The message names the setting and the accepted values."""
    with pytest.raises(InvalidInput) as caught:
        recipe("inkling", **values)
    assert all(text in str(caught.value) for text in mentioned)


def test_an_int_is_accepted_for_a_float():
    """`--learning-rate 1` means 1.0."""
    assert recipe("convnetjs", learning_rate=1).learning_rate == 1.0


def test_an_unknown_recipe_is_refused_with_the_known_ones():
    """The message lists all recipes."""
    with pytest.raises(InvalidInput, match="inkling, tfjs, convnetjs, perceptron"):
        recipe("resnet")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tfjs", {"network": "tfjs", "optimizer": "adam", "augmentation": "none", "batch_size": 512, "last_batch": "keep"}),
        ("convnetjs", {"optimizer": "adadelta", "weight_decay": 0.00005, "batch_size": 20, "augmentation": "random-crop"}),
        ("perceptron", {"optimizer": "sgd", "learning_rate": 0.5, "batch_size": 1, "momentum": 0.0}),
    ],
)
def test_a_recipe_reproduces_the_system_it_is_named_after(name, expected):
    """Network, optimizer and augmentation are those of the original."""
    settings = recipe(name)
    assert {key: getattr(settings, key) for key in expected} == expected


def test_ensemble_members_have_different_training_seeds():
    """Member 0 uses the seed itself."""
    assert recipe("tfjs", seed=7).training_seed == 7
    assert len({recipe("tfjs", member=member).training_seed for member in range(50)}) == 50
