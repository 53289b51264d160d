"""Which part of a set is scored."""

import json

import numpy as np
import pytest

from inkling.errors import BadInput
from tests.support.trainer_fixtures import small_settings
from trainer.data.held_out import unseen_outliers, unseen_part
from trainer.data.outliers import COUNTS
from trainer.data.spec import load
from trainer.data.split import TEST, split
from trainer.evaluation.evaluate import evaluate, format_report
from trainer.runs.keras_predictor import run_predictor
from trainer.training.fit import fit


@pytest.fixture(scope="module")
def two_sets(tmp_path_factory):
    """Two halves of the digits as files, and a run fitted on both."""
    folder = tmp_path_factory.mktemp("sets")
    whole = load("digits")
    for half, name in enumerate(("first", "second")):
        np.savez(folder / f"{name}.npz", x=whole.images[half::2], y=whole.targets[half::2])
    specs = (str(folder / "first.npz"), str(folder / "second.npz"))
    return specs, fit(small_settings(data=specs, epochs=1), folder / "run", [])


def test_of_a_set_that_was_fitted_on_only_unseen_images_are_scored(two_sets):
    """Not one of the scored images was trained or validated on, also where several sets were fitted together."""
    specs, run = two_sets
    parts = split([load(spec) for spec in specs], 0, run.settings.validation)
    seen = {image.tobytes() for part in (parts.train, parts.validation) for image in part.images}
    scored = 0
    for spec in specs:
        report, _, part = evaluate(run.path, spec, "1")
        assert "not fitted on" in part
        scored += report["data"]["n"]
    assert scored == len(parts.test)
    assert not seen & {image.tobytes() for image in parts.test.images}


@pytest.fixture(scope="module")
def beside_letters(tmp_path_factory):
    """Letters by ten hands as a file of strokes, and a run fitted beside them."""
    rng = np.random.default_rng(0)
    place = tmp_path_factory.mktemp("letters") / "letters.jsonl"
    lines = [
        {"label": "AOx"[index % 3], "writer": f"w{index % 10}", "strokes": rng.integers(0, 99, (2, 5, 2)).tolist()}
        for index in range(150)
    ]
    place.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    settings = small_settings(outliers=("pairs", str(place)), epochs=1)
    return str(place), fit(settings, place.parent / "run", [])


def test_of_outliers_that_were_fitted_on_only_unseen_ones_are_scored(beside_letters):
    """Those of the run's own test part, and no letter that looks like a digit."""
    place, run = beside_letters
    training = run_predictor(run).card.fields["training"]
    data, _ = unseen_part("digits", training)
    found = unseen_outliers([place], data, run.data["labels"], training)
    kept = {image.tobytes() for image in run.held_out_outliers("test").images}
    assert 10 < len(found) < 60
    assert {image.tobytes() for image in found.images} <= kept
    assert {label for label, count in found.counts().items() if count} == {"A", "x"}
    both = unseen_outliers([place, "pairs"], data, run.data["labels"], training)
    assert {image.tobytes() for image in both.images} == kept


def test_of_other_outliers_all_are_scored(beside_letters, digits_run):
    """A model that never saw them has nothing to be spared."""
    training = run_predictor(digits_run).card.fields["training"]
    data, _ = unseen_part("digits", training)
    assert len(unseen_outliers([beside_letters[0]], data, digits_run.data["labels"], training)) == 100


def test_a_run_is_scored_on_the_outliers_that_it_kept(beside_letters):
    """Without a word; those that are named come in their place."""
    run = beside_letters[1]
    report, _, _ = evaluate(run.path, None, "1")
    assert report["known"]["outliers"] == len(run.held_out_outliers("test"))
    named, _, _ = evaluate(run.path, None, "1", ("faces",))
    assert named["known"]["outliers"] == COUNTS[TEST]
    assert named["accuracy"] == report["accuracy"]
    assert f"of {COUNTS[TEST]:,} outliers" in format_report(named)


def test_outliers_whose_companions_are_gone_are_refused(beside_letters):
    """Without the digits of then nobody can tell which hands were kept aside."""
    place, run = beside_letters
    training = run_predictor(run).card.fields["training"]
    other = training | {"settings": training["settings"] | {"outliers": ["pairs"]}}
    with pytest.raises(BadInput, match="Received others"):
        unseen_outliers([place], load("digits"), run.data["labels"], other)


def test_a_set_whose_companions_are_gone_is_refused(two_sets, tmp_path):
    """Without all of the sets nobody can tell which images were kept aside."""
    specs, run = two_sets
    other = np.load(specs[1])
    np.savez(tmp_path / "second.npz", x=other["x"][:50], y=other["y"][:50])
    run.write_json("settings.json", run.settings.to_dict() | {"data": [specs[0], str(tmp_path / "second.npz")]})
    with pytest.raises(BadInput, match="Received others"):
        evaluate(run.path, specs[0], "1")
