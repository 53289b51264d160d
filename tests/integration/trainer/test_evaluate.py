"""The part of a dataset that is evaluated."""

import json
import shutil

import numpy as np
import pytest

from inkling.errors import InvalidDataset, InvalidInput
from inkling.models.predictor import Predictor
from tests.support.trainer_fixtures import small_settings
from trainer.data.held_out import load_test_images, load_unseen, load_unseen_outliers
from trainer.data.outliers import SYNTHETIC_COUNTS
from trainer.data.spec import load
from trainer.data.split import TEST, split
from trainer.data.training_images import find_datasets
from trainer.evaluation.evaluate import evaluate_model, format_report
from trainer.export.exporter import export
from trainer.fit import fit
from trainer.runs.keras_predictor import keras_predictor


@pytest.fixture(scope="module")
def two_datasets(tmp_path_factory):
    """Two halves of the digits as files, and a run trained on both."""
    folder = tmp_path_factory.mktemp("sets")
    whole = load("digits")
    for half, name in enumerate(("first", "second")):
        np.savez(folder / f"{name}.npz", x=whole.images[half::2], y=whole.targets[half::2])
    specs = (str(folder / "first.npz"), str(folder / "second.npz"))
    return specs, fit(small_settings(data=specs, epochs=1), folder / "run", [])


def test_of_a_training_dataset_only_unseen_images_are_evaluated(two_datasets):
    """None was used for training or validation, also if several datasets were combined."""
    specs, run = two_datasets
    parts = split([load(spec) for spec in specs], 0, run.settings.validation_split)
    seen = {image.tobytes() for part in (parts.train, parts.validation) for image in part.images}
    evaluated = 0
    for spec in specs:
        report, _, part = evaluate_model(run.path, spec, "1")
        assert part.startswith("the test split of the fit")
        evaluated += report["data"]["n"]
    assert evaluated == len(parts.test)
    assert not seen & {image.tobytes() for image in parts.test.images}


def test_images_in_another_format_are_recognized(digits_run, tmp_path):
    """Those that the fit used are left out; without its dataset, the description says that it is unknown."""
    whole, rng = load("digits"), np.random.default_rng(1)
    chosen = rng.permutation(len(whole))[:300]
    path = str(tmp_path / "copy.npz")
    np.savez(path, x=whole.images[chosen], y=whole.targets[chosen])
    training = keras_predictor(digits_run).card.raw["training"]
    data, selection = load_unseen(path, training)
    parts = split([whole], 0, digits_run.settings.validation_split)
    used = {image.tobytes() for part in (parts.train, parts.validation) for image in part.images}
    expected = [image.tobytes() for image in whole.images[chosen] if image.tobytes() not in used]
    assert [image.tobytes() for image in data.images] == expected
    assert selection == f"all images of the dataset but {300 - len(expected)} that the model was fitted on"
    gone = training | {"data": [{"name": "gone.npz", "sha256": "0"}], "settings": training["settings"] | {"data": ["gone.npz"]}}
    data, selection = load_unseen(path, gone)
    assert len(data) == 300
    assert "gone.npz was not found" in selection


def test_training_datasets_are_found_by_their_hash(two_datasets, tmp_path, monkeypatch):
    """Where a file of the same name lies in INKLING_DATA; not a file with other images."""
    specs, run = two_datasets
    training = keras_predictor(run).card.raw["training"]
    elsewhere = training | {"settings": training["settings"] | {"data": ["/gone/first.npz", "/gone/second.npz"]}}
    assert [dataset for _, dataset in find_datasets(elsewhere)] == [None, None]
    shutil.copy(specs[0], tmp_path / "first.npz")
    shutil.copy(specs[0], tmp_path / "second.npz")
    monkeypatch.setenv("INKLING_DATA", str(tmp_path))
    (first, found), (second, missing) = find_datasets(elsewhere)
    assert (first, second, missing) == ("first.npz", "second.npz", None)
    assert found.sha256() == load(specs[0]).sha256()


def test_exported_model_finds_its_test_images_by_their_hash(two_datasets, tmp_path, monkeypatch):
    """Its card has no paths. Without the datasets the evaluation says that it needs --data."""
    run = two_datasets[1]
    model = export(run, tmp_path / "two.onnx")
    assert str(run.path.parent) not in json.dumps(Predictor(model).card.raw)
    with pytest.raises(InvalidInput, match="--data"):
        evaluate_model(model, None, "4")
    monkeypatch.setenv("INKLING_DATA", str(run.path.parent))
    report, _, part = evaluate_model(model, None, "4")
    exported = Predictor(model).card.raw["report"]
    assert report["data"]["sha256"] == exported["data"]["sha256"]
    assert report["accuracy"] == exported["accuracy"]
    assert part.startswith("the test split of the fit")


def test_changed_or_unknown_test_images_are_refused(digits_model):
    """If the card's hash of the test images is another one, or if it names no datasets or no validation images."""
    card = Predictor(digits_model).card.raw
    assert len(load_test_images(card)) == card["report"]["data"]["n"]
    with pytest.raises(InvalidInput, match="changed"):
        load_test_images(card | {"report": {"data": {"sha256": "0"}}})
    for training in ({}, card["training"] | {"data": []}, card["training"] | {"counts": {"validation": 0}}):
        with pytest.raises(InvalidInput, match="--data"):
            load_test_images(card | {"training": training})


def test_feedback_is_found_by_its_name(monkeypatch):
    """It is no file and is not downloaded."""
    digits = load("digits")
    monkeypatch.setattr("trainer.data.training_images.load", lambda spec, _: {"feedback": digits}[spec])
    training = {"data": [{"name": "feedback", "sha256": digits.sha256()}], "settings": {"data": ["feedback"]}}
    assert find_datasets(training) == [("feedback", digits)]


def test_nothing_is_left_to_evaluate(digits_run, tmp_path):
    """A file of training images only is refused."""
    images = split([load("digits")], 0, digits_run.settings.validation_split).train
    np.savez(tmp_path / "seen.npz", x=images.images[:20], y=images.targets[:20])
    with pytest.raises(InvalidDataset, match="fitted on all images"):
        load_unseen(str(tmp_path / "seen.npz"), keras_predictor(digits_run).card.raw["training"])


@pytest.fixture(scope="module")
def with_letters(tmp_path_factory):
    """Letters by ten writers as a file of strokes, and a run trained with them as outliers."""
    rng = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("letters") / "letters.jsonl"
    lines = [
        {"label": "AOx"[index % 3], "writer": f"w{index % 10}", "strokes": rng.integers(0, 99, (2, 5, 2)).tolist()}
        for index in range(150)
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    settings = small_settings(outliers=("pairs", str(path)), epochs=1)
    return str(path), fit(settings, path.parent / "run", [])


def test_of_training_outliers_only_unseen_ones_are_evaluated(with_letters):
    """Those of the run's own test set, without letters that look like digits."""
    path, run = with_letters
    training = keras_predictor(run).card.raw["training"]
    data, _ = load_unseen("digits", training)
    found = load_unseen_outliers([path], data, run.data["labels"], training)
    kept = {image.tobytes() for image in run.held_out_outliers("test").images}
    assert 10 < len(found) < 60
    assert {image.tobytes() for image in found.images} <= kept
    assert {label for label, count in found.counts().items() if count} == {"A", "x"}
    both = load_unseen_outliers([path, "pairs"], data, run.data["labels"], training)
    assert {image.tobytes() for image in both.images} == kept


def test_all_of_other_outliers_are_evaluated(with_letters, digits_run):
    """The model has seen none of them."""
    training = keras_predictor(digits_run).card.raw["training"]
    data, _ = load_unseen("digits", training)
    assert len(load_unseen_outliers([with_letters[0]], data, digits_run.data["labels"], training)) == 100


def test_a_run_is_evaluated_on_its_own_outliers(with_letters):
    """By default; `--outliers` replaces them."""
    run = with_letters[1]
    report, _, _ = evaluate_model(run.path, None, "1")
    assert report["known"]["outliers"] == len(run.held_out_outliers("test"))
    named, _, _ = evaluate_model(run.path, None, "1", ("faces",))
    assert named["known"]["outliers"] == SYNTHETIC_COUNTS[TEST]
    assert named["accuracy"] == report["accuracy"]
    assert f"of {SYNTHETIC_COUNTS[TEST]:,} outliers" in format_report(named)


def test_outliers_are_refused_if_their_split_is_unknown(with_letters):
    """It depends on the other outliers of the fit."""
    path, run = with_letters
    training = keras_predictor(run).card.raw["training"]
    other = training | {"settings": training["settings"] | {"outliers": ["pairs"]}}
    with pytest.raises(InvalidInput):
        load_unseen_outliers([path], load("digits"), run.data["labels"], other)


def test_a_dataset_is_refused_if_its_split_is_unknown(two_datasets, tmp_path):
    """It depends on the other datasets of the fit."""
    specs, run = two_datasets
    other = np.load(specs[1])
    np.savez(tmp_path / "second.npz", x=other["x"][:50], y=other["y"][:50])
    run.write_json("settings.json", run.settings.to_dict() | {"data": [specs[0], str(tmp_path / "second.npz")]})
    with pytest.raises(InvalidInput):
        evaluate_model(run.path, specs[0], "1")
