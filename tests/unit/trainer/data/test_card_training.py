"""The field `training` of cards that lack a part, or have a malformed one."""

import pytest
from click.testing import CliRunner

from inkling.errors import InvalidModel
from tests.support.fake_model import fake_card, write_fake_model
from trainer.cli.main import main
from trainer.data.card_training import DEFAULTS, read_training

DIGITS = {"name": "digits", "sha256": "d0efc4fe8317f9b34c70ff3a89dbd72ffed649d58677eca8014696d7e3bc4ede"}


@pytest.mark.parametrize("training", [{}, {"settings": None, "data": None, "counts": None}, {"settings": {"epochs": 3}}])
def test_missing_fields_have_defaults(training):
    """Those of the fit settings."""
    found = read_training(training)
    assert (found["data"], found["counts"], found["settings"]) == ([], {}, DEFAULTS)


def test_settings_of_the_card_are_kept():
    """As far as they determine the split."""
    settings = {"seed": 3, "data": [], "outliers": ["faces"], "validation_split": 0.2, "epochs": "many"}
    assert read_training({"settings": settings, "data": [DIGITS]}) == {
        "data": [DIGITS],
        "counts": {},
        "settings": DEFAULTS | {"seed": 3, "outliers": ["faces"], "validation_split": 0.2},
    }


@pytest.mark.parametrize(
    ("training", "mentioned"),
    [
        ({"settings": []}, "'settings'"),
        ({"data": {}}, "'data'"),
        ({"counts": 3}, "'counts'"),
        ({"data": ["digits"]}, "name"),
        ({"data": [{"n": 3}]}, "name"),
        ({"settings": {"seed": "one"}}, "seed"),
        ({"settings": {"validation_split": None}}, "validation_split"),
        ({"settings": {"data": "digits"}}, "data"),
        ({"settings": {"outliers": [1]}}, "outliers"),
        ({"settings": {"labels": 3}}, "labels"),
    ],
)
def test_malformed_fields_are_refused(training, mentioned):
    """One sentence names the field."""
    with pytest.raises(InvalidModel, match=mentioned) as caught:
        read_training(training)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("training", "words", "code"),
    [
        ({"settings": None}, ["--data", "digits"], 0),
        ({"data": [DIGITS]}, ["--data", "digits"], 0),
        ({"data": [DIGITS], "counts": {"validation": 3}}, [], 1),
        ({"settings": None}, ["--data", "digits", "--outliers", "scribbles"], 0),
        ({"data": [DIGITS], "settings": []}, ["--data", "digits"], 1),
        ({"data": [DIGITS], "counts": {"validation": 3}, "settings": {"seed": -1}}, [], 1),
    ],
)
def test_evaluate_with_a_card_from_elsewhere(tmp_path, training, words, code):
    """A report, or one sentence."""
    labels = [str(digit) for digit in range(10)]
    model = write_fake_model(tmp_path / "fake.onnx", labels, fake_card(labels, training=training, report={"data": "none"}))
    result = CliRunner().invoke(main, ["evaluate", str(model), *words, "--out", str(tmp_path / "out")])
    assert result.exit_code == code, result.output
    assert code == 0 or (result.stdout, result.stderr.count("\n")) == ("", 1)
